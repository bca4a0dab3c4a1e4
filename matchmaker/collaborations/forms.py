"""Proposing, answering, asking, following up."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from matchmaker.collaborations import errors
from matchmaker.collaborations.candidates import Offer
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.labels import AUDIENCES, CLOSE_REASONS, OWN_REASONS
from matchmaker.reviews.labels import REASONS
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.forms import Form, ScreenedForm, VersionField, read_number

LATER_DAYS: Final = 60
_LONG: Final = 4000


class RefusableForm(ScreenedForm):
    """A form that shows what the domain refuses, at the field it is about."""

    def show_error(self, error: errors.CollaborationError | PatientDataFound) -> None:
        if isinstance(error, PatientDataFound):
            self.show_findings(error)
        elif isinstance(error, errors.HiddenNameError):
            self.show_at("introduction", hidden_name_message(error))
        else:
            self.form_errors.append(message_for(error))


class ProposalForm(RefusableForm):
    """The texts of a proposal; its parties are read by :func:`read_parties`."""

    version = VersionField()
    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=160)])
    introduction = TextAreaField(
        _l("Introduction"),
        description=_l("All parties read it. Name nobody who is not shown, and no persons."),
        validators=[InputRequired(), Length(max=_LONG)],
    )

    def draft(
        self, language: str, suggestion_ids: Iterable[int], parties: tuple[PartyDraft, ...]
    ) -> Draft:
        return Draft(
            self.title.data or "",
            language,
            self.introduction.data or "",
            tuple(suggestion_ids),
            parties,
        )


def read_parties(offers: Iterable[Offer], posted: Mapping[str, Any]) -> tuple[PartyDraft, ...]:
    """Return the parties as they were chosen: ``contact-KEY`` and ``show-KEY`` of each offer."""
    return tuple(
        PartyDraft(
            account_id=read_number(posted.get(f"contact-{offer.key}")),
            need_id=offer.need_id,
            capability_id=offer.capability_id,
            show_organisation=f"show-{offer.key}" in posted,
        )
        for offer in offers
    )


class NoForm(RefusableForm):
    """No thanks: why, in a code and perhaps in words."""

    reason = RadioField(_l("Why?"), choices=list(OWN_REASONS.items()), validators=[InputRequired()])
    until = DateField(
        _l("Not now: until when?"),
        id="no-until",
        description=_l("Only if you chose “Not now”. From that day on we may ask again."),
        validators=[Optional()],
    )
    note = TextAreaField(
        _l("In a few words"),
        id="no-note",
        description=_l("The hub reads it. The others get the reason only, without your name."),
        validators=[Length(max=1000)],
    )


class LaterForm(Form):
    later_on = DateField(_l("Ask me again on"), validators=[InputRequired()])

    def propose(self, today: date) -> None:
        if self.later_on.data is None and not self.later_on.raw_data:
            self.later_on.data = today + timedelta(days=LATER_DAYS)


class QuestionForm(RefusableForm):
    question = TextAreaField(
        _l("Your question"),
        description=_l(
            "The hub answers by mail and here. It may publish question and answer to all who were "
            "shown the need, without your name."
        ),
        validators=[InputRequired(), Length(max=2000)],
    )


class ReplyForm(RefusableForm):
    answer = TextAreaField(_l("Answer"), validators=[InputRequired(), Length(max=2000)])
    publish = BooleanField(
        _l("Publish question and answer to all who were shown the need"),
        description=_l("Nobody reads who asked. Otherwise the asker knows more than the others."),
        default=True,
    )
    public_question = TextAreaField(
        _l("The question, as all read it"),
        description=_l("Take out names, products and whatever tells who asked."),
        validators=[Length(max=2000)],
    )

    @property
    def publish_as(self) -> str | None:
        """The question worded for all, or None when the answer is for the asker alone."""
        return (self.public_question.data or "") if self.publish.data else None


class NoteForm(RefusableForm):
    audience = SelectField(_l("Who may read it"), choices=list(AUDIENCES.items()))
    note = TextAreaField(_l("Note"), id="new-note", validators=[InputRequired(), Length(max=2000)])


class CloseForm(RefusableForm):
    version = VersionField()
    reason = SelectField(
        _l("Reason"),
        id="close-reason",
        choices=[("", _l("Choose a reason")), *CLOSE_REASONS.items()],
        validators=[InputRequired()],
    )
    note = TextAreaField(
        _l("A few words to the parties"),
        id="close-note",
        description=_l("They get it by mail. Do not name who declined."),
        validators=[Length(max=1000)],
    )


class HandOverForm(RefusableForm):
    version = VersionField()
    hub = SelectField(_l("To"), coerce=int)
    note = TextAreaField(
        _l("Note for the new hub"), id="hand-over-note", validators=[Optional(), Length(max=1000)]
    )


def hidden_name_message(error: errors.HiddenNameError) -> str:
    text = _(
        "Remove “%(words)s”: the parties may not know it until all have said yes.",
        words=error.words,
    )
    return str(text)


def budget_of_testbed_message(error: errors.BudgetUsedError) -> str:
    text = ngettext(
        "“%(title)s” allows %(num)d approach a month, and it is used. Send it next month.",
        "“%(title)s” allows %(num)d approaches a month, and they are used. Send it next month.",
        error.allowed,
        title=error.title,
    )
    return str(text)


def conflict_message(error: errors.ConflictError) -> str:
    names = dict(zip(("one", "other"), (*error.names, ""), strict=False))
    texts = {
        "organisations": _l("%(one)s and %(other)s have a conflict of interest.", **names),
        "ownership": _l("One of %(one)s and %(other)s owns the other, or both are owned by the "
                        "same.", **names),
        "person": _l("Somebody at %(one)s or %(other)s is tied to the other side. Ask another "
                     "person, or leave the pair.", **names),
        "staff": _l("You are tied to %(one)s yourself. Let a colleague do it.", **names),
    }  # fmt: skip
    return str(texts[error.kind])


def refused_message(error: errors.RefusedError) -> str:
    reason = str(REASONS[error.reason]).lower()
    if error.until:
        day = format_date(date.fromisoformat(error.until), "long")
        text = _("“%(title)s”: one of the two has said no thanks, not before %(day)s.",
                 title=error.title, day=day)  # fmt: skip
    else:
        text = _("“%(title)s”: one of the two has said no thanks to the other (%(reason)s).",
                 title=error.title, reason=reason)  # fmt: skip
    return str(text)


def message_for(error: errors.CollaborationError) -> str:
    """Return what went wrong and what to do about it."""
    text: Any = _MESSAGES.get(type(error), _l("This is not possible now. Reload the page."))
    if isinstance(error, errors.BudgetUsedError):
        text = ngettext(
            "The owner allows %(num)d approach a month, and it is used. Send it next month.",
            "The owner allows %(num)d approaches a month, and they are used. Send it next month.",
            error.allowed,
        )
        if error.title:
            text = budget_of_testbed_message(error)
    elif isinstance(error, errors.ConflictError):
        text = conflict_message(error)
    elif isinstance(error, errors.RefusedError):
        text = refused_message(error)
    elif isinstance(error, errors.ProfileNotOpenError):
        text = _("“%(title)s” has been taken down and cannot be proposed.", title=error.title)
    elif isinstance(error, errors.AlreadyAnsweredError):
        text = _("A colleague has answered: “%(answer)s”", answer=error.answer)
    elif isinstance(error, errors.HiddenNameError):
        text = hidden_name_message(error)
    return str(text)


_MESSAGES = {
    errors.StaleError: _l("Somebody changed it in the meantime. Look again before you go on."),
    errors.StageError: _l("It has moved on in the meantime. Look again before you go on."),
    errors.PartyMissingError: _l("A proposal needs the need and at least one who answers it."),
    errors.NotApprovedError: _l("A suggestion is not approved, or is proposed elsewhere already."),
    errors.SameOrganisationError: _l("The same organisation would stand on both sides."),
    errors.ContactError: _l("Choose a contact who belongs to the organisation."),
    errors.DoubledContactError: _l("One person cannot answer for two parties. Choose another."),
    errors.AnswerClosedError: _l("The answers are closed: it has been settled in the meantime."),
    errors.NotPartyError: _l("You cannot speak for this party."),
    errors.ReasonError: _l("Choose a reason, and say another reason in a few words."),
    errors.LaterDateError: _l("Choose a day after today."),
    errors.TextMissingError: _l("Write a text first."),
    errors.HubError: _l("Choose another hub."),
    errors.PurchasePathMissingError: _l(
        "Before a test starts, the one with the need says how a purchase would go."
    ),
}
