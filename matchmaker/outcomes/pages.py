"""The question what came of it, opened from the mail, and the page with all answers."""

from typing import Any, cast

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account
from matchmaker.clock import utc_now
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.errors import CollaborationNotFoundError, NotPartyError
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.rights import own_parties
from matchmaker.outbox.links import LinkError, LinkExpiredError
from matchmaker.outcomes import labels
from matchmaker.outcomes.actions import tell_outcome
from matchmaker.outcomes.forms import OutcomeForm
from matchmaker.outcomes.links import read_reader
from matchmaker.outcomes.outcome import STATES, Outcome, OutcomeDraft, OutcomeError
from matchmaker.outcomes.queries import find_last_outcome, list_outcomes
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter

blueprint = Blueprint("outcomes", __name__, url_prefix="/outcomes")


@blueprint.record
def init_templates(state: BlueprintSetupState) -> None:
    cast(Flask, state.app).jinja_env.globals.update(outcome_labels=labels)


@blueprint.errorhandler(LinkError)
@blueprint.errorhandler(CollaborationNotFoundError)
@blueprint.errorhandler(NotPartyError)
def not_found(_error: Exception) -> tuple[str, int]:
    return error_page(404)


@blueprint.errorhandler(LinkExpiredError)
def expired(_error: LinkExpiredError) -> tuple[str, int]:
    return error_page(410)


@blueprint.get("/answer/<token>")
def answer(token: str) -> str:
    """Show the question; opening it changes nothing, because mail scanners open links."""
    party, _reader = read_reader(get_db(), get_links(), token)
    return _question(token, party.collaboration_id, party.id)


@blueprint.post("/answer/<token>")
@limiter.limit(WRITE)
def give_answer(token: str) -> ResponseReturnValue:
    """Keep one click on an answer, or the whole form with the four parts."""
    party, reader = read_reader(get_db(), get_links(), token)
    clicked = request.form.get("click", "")
    form = OutcomeForm()
    if clicked in STATES or form.validate():
        draft = OutcomeDraft(clicked) if clicked in STATES else form.draft()
        if _tell(party.collaboration_id, party.id, draft, reader, form):
            return redirect(url_for(".answer", token=token))
    return _question(token, party.collaboration_id, party.id, form=form), 422


@blueprint.route("/<int:collaboration_id>", methods=["GET", "POST"])
@limiter.limit(WRITE, methods=["POST"])
def show(collaboration_id: int) -> ResponseReturnValue:
    """Show all answers to staff and to those who were introduced; both may add one here.

    Who speaks for several parties answers for each: `party` in the address says for which.
    """
    account = get_current_account()
    collaboration = get_collaboration(get_db(), collaboration_id)
    own = _own_parties(collaboration, account)
    outcomes = list_outcomes(get_db(), collaboration_id)
    party = _asked_party(own, outcomes)
    party_id = party.id if party else None
    form = OutcomeForm()
    if request.method == "GET":
        form.fill(find_last_outcome(get_db(), collaboration_id, party_id))
    elif form.validate() and _tell(collaboration_id, party_id, form.draft(), account, form):
        asked = request.args.get("party", type=int)
        return redirect(url_for(".show", collaboration_id=collaboration_id, party=asked))
    page = render_template(
        "outcomes/show.html",
        collaboration=collaboration,
        outcomes=outcomes,
        form=form,
        own=own,
        party=party,
        is_staff=account.is_hub_staff,
    )
    return page, 422 if form.is_submitted() else 200


def _tell(
    collaboration_id: int,
    party_id: int | None,
    draft: OutcomeDraft,
    actor: Account,
    form: OutcomeForm,
) -> bool:
    try:
        tell_outcome(get_db(), collaboration_id, party_id, draft, actor=actor, now=utc_now())
    except PatientDataFound as error:
        form.show_findings(error)
        return False
    except (OutcomeError, NotPartyError):
        form.refuse()
        return False
    flash(_("Thank you. Your answer is kept."), "success")
    return True


def _question(token: str, collaboration_id: int, party_id: int, **forms: Any) -> str:
    last = find_last_outcome(get_db(), collaboration_id, party_id)
    form = forms.get("form")
    if form is None:
        form = OutcomeForm(formdata=None)
        form.fill(last)
    collaboration = get_collaboration(get_db(), collaboration_id)
    return render_template(
        "outcomes/answer.html",
        collaboration=collaboration,
        party=collaboration.party(party_id),
        last=last,
        form=form,
        token=token,
    )


def _own_parties(collaboration: Collaboration, account: Account) -> list[Party]:
    """Return for whom this person answers: staff for nobody, which is what they have heard."""
    if account.is_hub_staff:
        return []
    parties = own_parties(account, collaboration)
    if not parties or not collaboration.contacts_are_open:
        abort(404)
    return parties


def _asked_party(own: list[Party], outcomes: list[Outcome]) -> Party | None:
    """Return the party that the address names, None for staff.

    Without a name it is the first that has told nothing yet, or the first of all.
    """
    asked = request.args.get("party", type=int)
    if asked is None or not own:
        told = {outcome.party_id for outcome in outcomes}
        return min(own, key=lambda party: party.id in told, default=None)
    found = next((party for party in own if party.id == asked), None)
    return found or abort(404)
