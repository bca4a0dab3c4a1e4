"""Putting a proposal together, sending it, and changing who is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from matchmaker.clock import danish_day, utc_now
from matchmaker.collaborations import introducing
from matchmaker.collaborations.attention import (
    Attention,
    read_attention,
    read_attention_of_testbed,
)
from matchmaker.collaborations.candidates import Offer, get_offer, list_offers, list_partners
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.drafting import create_draft, edit_draft
from matchmaker.collaborations.errors import (
    CollaborationError,
    CollaborationNotFoundError,
    StageError,
    StaleError,
)
from matchmaker.collaborations.forms import ProposalForm, message_for, read_parties
from matchmaker.collaborations.history import list_steps_for_staff
from matchmaker.collaborations.inviting import invite, remove_party, replace_party
from matchmaker.collaborations.queries import get_collaboration, list_suggestion_ids
from matchmaker.collaborations.views import get_dossier
from matchmaker.jobs import wake_outbox
from matchmaker.reviews.case import Case
from matchmaker.reviews.queries import get_case
from matchmaker.reviews.sides import NeedNotFoundError
from matchmaker.screening.screen import PatientDataFound
from matchmaker.translations import LANGUAGES
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.limits import WRITE, limiter

_PARTNER_KINDS = ("testbed", "expertise")


def init_proposal_pages(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/new", view_func=new, methods=["GET", "POST"])
    for rule, view in (
        ("/<int:collaboration_id>/edit", edit),
        ("/<int:collaboration_id>/send", send),
        ("/<int:collaboration_id>/introduce", introduce),
        ("/<int:collaboration_id>/parties/<int:party_id>/replace", replace),
        ("/<int:collaboration_id>/parties/<int:party_id>/remove", remove),
    ):
        methods = ["GET", "POST"] if view is edit else ["POST"]
        blueprint.add_url_rule(rule, view_func=view, methods=methods)


def new() -> ResponseReturnValue:
    """Choose who is in it by the address, so that the prefilled text follows; then write."""
    case = _case(request.args.get("need", 0, type=int))
    chosen = _chosen(case)
    language = _language(case.need.language)
    offers = _with_partner(list_offers(get_db(), case.need.id, chosen))
    form = ProposalForm()
    if form.validate_on_submit():
        try:
            draft = form.draft(language, chosen, read_parties(offers, request.form))
            made = create_draft(get_db(), draft, actor=get_current_account(), now=utc_now())
            return redirect(url_for(".show", collaboration_id=made))
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    if request.method == "GET":
        form.title.data = offers[0].title
        form.introduction.data = _introduction(offers, language)
    page = render_template(
        "collaborations/new.html",
        case=case,
        form=form,
        offers=offers,
        chosen=chosen,
        language=language,
        partners=_free_partners(case, offers),
        attention=read_attention(get_db(), case.need.id, now=utc_now()),
        testbeds=_testbeds(offers),
        kept=_kept_parties(offers),
    )
    return page, 200 if request.method == "GET" else 422


def edit(collaboration_id: int) -> ResponseReturnValue:
    collaboration = get_collaboration(get_db(), collaboration_id)
    offers = _offers_of(collaboration)
    form = ProposalForm(obj=collaboration)
    theirs: dict[str, Any] | None = None
    if form.validate_on_submit():
        try:
            edit_draft(
                get_db(),
                collaboration_id,
                form.draft(
                    collaboration.language,
                    list_suggestion_ids(get_db(), collaboration_id),
                    read_parties(offers, request.form),
                ),
                version=form.version.number,
                actor=get_current_account(),
                now=utc_now(),
            )
            return redirect(url_for(".show", collaboration_id=collaboration_id))
        except StaleError:
            theirs = _saved_meanwhile(collaboration_id, form)
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    page = render_template(
        "collaborations/edit.html",
        collaboration=collaboration,
        theirs=theirs,
        form=form,
        offers=offers,
        kept=_kept_parties(offers, collaboration),
    )
    return page, 200 if request.method == "GET" else 422


def _saved_meanwhile(collaboration_id: int, form: ProposalForm) -> dict[str, Any] | None:
    """Return the draft that is saved now and whose it is; the form may be saved over that one."""
    dossier = get_dossier(get_db(), collaboration_id)
    if dossier.collaboration.stage != "draft":
        form.show_error(StageError(dossier.collaboration.stage))
        return None
    form.version.data = str(dossier.collaboration.version)
    last = list_steps_for_staff(get_db(), dossier)[0]
    return {"draft": dossier.collaboration, "parties": dossier.views, "last": last}


@limiter.limit(WRITE)
def send(collaboration_id: int) -> ResponseReturnValue:
    return _changed(
        collaboration_id,
        _("The invitations are on their way."),
        lambda values: invite(get_db(), collaboration_id, **values),
    )


@limiter.limit(WRITE)
def replace(collaboration_id: int, party_id: int) -> ResponseReturnValue:
    offer = get_offer(get_db(), request.form.get("capability", 0, type=int))
    if offer is None or not offer.contacts:
        flash(_("Choose somebody who can be asked."), "error")
        return redirect(url_for(".show", collaboration_id=collaboration_id))
    successor = PartyDraft(offer.contacts[0].account_id, capability_id=offer.capability_id)
    return _changed(
        collaboration_id,
        _("The new party is invited, and the others are asked once more."),
        lambda values: replace_party(
            get_db(), collaboration_id, party_id, successor, reason=_leaving_reason(), **values
        ),
    )


@limiter.limit(WRITE)
def remove(collaboration_id: int, party_id: int) -> ResponseReturnValue:
    return _changed(
        collaboration_id,
        _("The collaboration goes on without them."),
        lambda values: remove_party(
            get_db(), collaboration_id, party_id, reason=_leaving_reason(), **values
        ),
    )


@limiter.limit(WRITE)
def introduce(collaboration_id: int) -> ResponseReturnValue:
    return _changed(
        collaboration_id,
        _("The parties have been introduced to each other."),
        lambda values: introducing.introduce(get_db(), collaboration_id, **values),
    )


def _leaving_reason() -> str | None:
    return request.form.get("reason") or None


def _changed(collaboration_id: int, done: str, act: Any) -> ResponseReturnValue:
    """Do something with the version that the page showed, and tell how it went."""
    values = {
        "version": request.form.get("version", type=int),
        "links": get_links(),
        "actor": get_current_account(),
        "now": utc_now(),
    }
    try:
        act(values)
        wake_outbox()
        flash(done, "success")
    except CollaborationError as error:
        flash(message_for(error), "error")
    return redirect(url_for(".show", collaboration_id=collaboration_id))


def _testbeds(offers: Sequence[Offer]) -> list[Attention]:
    """Return how much of each testbed's attention is used this month."""
    ids = [offer.capability_id for offer in offers if offer.capability_id is not None]
    found = [read_attention_of_testbed(get_db(), id, now=utc_now()) for id in ids]
    return [attention for attention in found if attention is not None]


def _case(need_id: int) -> Case:
    try:
        return get_case(get_db(), need_id, today=danish_day(utc_now()))
    except NeedNotFoundError as error:
        raise CollaborationNotFoundError(need_id) from error


def _chosen(case: Case) -> list[int]:
    """Return the approved suggestions asked for; without any the best, and approved partners."""
    approved = case.approved_lines
    asked = set(request.args.getlist("s", type=int))
    if asked and request.method == "POST":
        # What a colleague has proposed meanwhile is refused by name; the text stays in the form.
        return [line.id for line in case.lines if line.id in asked and not line.is_blind]
    if asked:
        return [line.id for line in approved if line.id in asked]
    partners = [line.id for line in approved if line.kind in _PARTNER_KINDS]
    others = [line.id for line in approved if line.kind not in _PARTNER_KINDS]
    return [*others[:1], *partners]


def _language(default: str) -> str:
    asked = request.args.get("language", default)
    return asked if asked in LANGUAGES else "en"


def _with_partner(offers: list[Offer]) -> list[Offer]:
    partner_id = request.args.get("partner", 0, type=int)
    partner = get_offer(get_db(), partner_id) if partner_id else None
    known = {offer.capability_id for offer in offers}
    if partner is None or partner.kind not in _PARTNER_KINDS or partner_id in known:
        return offers
    return [*offers, partner]


def _free_partners(case: Case, offers: Sequence[Offer]) -> list[tuple[int, str]]:
    partners = list_partners(get_db(), case.need.id, today=danish_day(utc_now()))
    suggested = {line.capability_id for line in case.approved_lines}
    return [partner for partner in partners if partner[0] not in suggested]


def _introduction(offers: Sequence[Offer], language: str) -> str:
    with force_locale(language):
        text = render_template("collaborations/_introduction.txt", offers=offers)
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    # "a hospital in …" begins a sentence where no name is shown.
    return "\n\n".join(part[:1].upper() + part[1:] for part in parts)


def _offers_of(collaboration: Collaboration) -> list[Offer]:
    offers = list_offers(
        get_db(), collaboration.need_id or 0, list_suggestion_ids(get_db(), collaboration.id)
    )
    known = {offer.capability_id for offer in offers}
    extra = [party.capability_id for party in collaboration.parties if party.capability_id]
    more = [get_offer(get_db(), id) for id in extra if id not in known]
    return [*offers, *(offer for offer in more if offer is not None)]


def _kept_parties(
    offers: Sequence[Offer], collaboration: Collaboration | None = None
) -> dict[str, tuple[int, bool]]:
    """Return contact and visibility to show for each offer: as posted, stored, or usual."""
    if request.method == "POST":
        posted = read_parties(offers, request.form)
        return {
            offer.key: (party.account_id, party.show_organisation)
            for offer, party in zip(offers, posted, strict=True)
        }
    stored = {
        (party.need_id, party.capability_id): (party.account_id, party.show_organisation)
        for party in (collaboration.parties if collaboration else ())
    }
    return {
        offer.key: stored.get((offer.need_id, offer.capability_id), _usual(offer))
        for offer in offers
    }


def _usual(offer: Offer) -> tuple[int, bool]:
    account_id = offer.contacts[0].account_id if offer.contacts else 0
    return account_id, offer.show_organisation


def successor_choices(collaboration: Collaboration, *, today: date) -> list[tuple[int, str]]:
    """Return who could take the place of a party: approved suggestions, then other partners."""
    if collaboration.stage != "invited" or collaboration.need_id is None:
        return []
    case = get_case(get_db(), collaboration.need_id, today=today)
    present = {party.capability_id for party in collaboration.everybody}
    approved = [
        (line.capability_id, f"{line.title} – {line.organisation_name}")
        for line in case.approved_lines
    ]
    partners = list_partners(get_db(), collaboration.need_id, today=today)
    choices = dict([*approved, *partners])
    return [(id, label) for id, label in choices.items() if id not in present]
