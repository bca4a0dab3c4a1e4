"""The proposal as a party reads it: by the link in its mail, or signed in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import danish_day, utc_now
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.asking import ask_hub
from matchmaker.collaborations.collaboration import Party
from matchmaker.collaborations.errors import CollaborationError, LaterDateError, ReasonError
from matchmaker.collaborations.forms import LaterForm, NoForm, QuestionForm, message_for
from matchmaker.collaborations.labels import ANSWERED
from matchmaker.collaborations.mails import read_answer_link, sign_answer
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.collaborations.views import Proposal, get_proposal
from matchmaker.jobs import wake_outbox
from matchmaker.procurement.safety import Safety, get_safety
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import find_current_account, get_db, get_links
from matchmaker.web.limits import WRITE, limiter


def init_answer_pages(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/answer/<token>", view_func=answer)
    blueprint.add_url_rule("/answer/<token>", view_func=give_answer, methods=["POST"])
    blueprint.add_url_rule("/answer/<token>/question", view_func=ask, methods=["POST"])


def answer(token: str) -> str:
    """Show the proposal; opening it changes nothing, because mail scanners open links."""
    return _page(token)


@limiter.limit(WRITE)
def give_answer(token: str) -> ResponseReturnValue:
    party = _read_link(token)
    chosen = request.form.get("answer", "")
    no_form, later_form = NoForm(), LaterForm()
    form = {"no": no_form, "later": later_form}.get(chosen)
    if chosen == "yes" or (form is not None and form.validate()):
        try:
            _store(party, chosen, no_form, later_form)
            return redirect(url_for(".answer", token=token))
        except LaterDateError as error:
            dated = no_form.until if chosen == "no" else later_form.later_on
            dated.errors = [message_for(error)]
        except (PatientDataFound, ReasonError) as error:
            no_form.show_error(error)
        except CollaborationError as error:
            flash(message_for(error), "warning")
            return redirect(url_for(".answer", token=token))
    wrong: dict[str, Any] = {f"{chosen}_form": form} if form is not None else {}
    return _page(token, **wrong), 422


@limiter.limit(WRITE)
def ask(token: str) -> ResponseReturnValue:
    party = _read_link(token)
    form = QuestionForm()
    if form.validate():
        try:
            ask_hub(
                get_db(),
                party.id,
                form.question.data or "",
                actor=_speaker(party),
                links=get_links(),
                now=utc_now(),
            )
            wake_outbox()
            flash(_("Your question is with the hub. The answer comes by mail."), "success")
            return redirect(url_for(".answer", token=token))
        except (CollaborationError, PatientDataFound) as error:
            form.show_error(error)
    return _page(token, question_form=form), 422


def _store(party: Party, chosen: str, no_form: NoForm, later_form: LaterForm) -> None:
    answer_proposal(
        get_db(),
        party.id,
        chosen,
        actor=_speaker(party),
        links=get_links(),
        now=utc_now(),
        reason=no_form.reason.data if chosen == "no" else None,
        note=(no_form.note.data or "") if chosen == "no" else "",
        later_on={"later": later_form.later_on, "no": no_form.until}[chosen].data
        if chosen in ("later", "no")
        else None,
    )
    wake_outbox()
    proposal = get_proposal(get_db(), party.collaboration_id, party.id)
    if proposal.collaboration.contacts_are_open:
        flash(_("All have said yes. Here is everybody."), "success")
    else:
        flash(str(ANSWERED[chosen]), "success")


def _read_link(token: str) -> Party:
    return read_answer_link(get_db(), get_links(), token, reader=find_current_account())


def _speaker(party: Party) -> Account:
    """Return who is signed in where they speak for the party, else whom the link was sent to."""
    account = find_current_account()
    if account is not None and may_speak_for(account, party):
        return account
    return get_account(get_db(), party.account_id)


def _page(token: str, **forms: Any) -> str:
    party = _read_link(token)
    proposal = get_proposal(get_db(), party.collaboration_id, party.id)
    values = {**answering_values(proposal), **forms, "token": token}
    wrong = [form for form in forms.values() if form.errors or form.form_errors]
    return render_template(
        "collaborations/answer.html", proposal=proposal, wrong_forms=wrong, **values
    )


def answering_values(proposal: Proposal) -> dict[str, Any]:
    """Return what the buttons of a proposal need, wherever it is shown."""
    later_form = LaterForm(formdata=None)
    later_form.propose(danish_day(utc_now()))
    return {
        "no_form": NoForm(formdata=None),
        "later_form": later_form,
        "question_form": QuestionForm(formdata=None),
        "token": sign_answer(get_links(), proposal.party),
        "safety": _safety(proposal),
    }


def _safety(proposal: Proposal) -> Safety | None:
    """Return what a later purchase asks of the reader: a company reads of itself alone."""
    party = proposal.party
    company_id = None if party.is_need else party.organisation_id
    return get_safety(get_db(), proposal.collaboration.id, company_id=company_id)
