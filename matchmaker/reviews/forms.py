"""Deciding on a suggestion."""

from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from matchmaker.reviews.labels import REASONS
from matchmaker.reviews.review import (
    DeferralError,
    NotOpenError,
    ReasonMissingError,
    ReferralError,
    ReviewError,
    WithdrawnError,
)
from matchmaker.web.forms import ScreenedForm, VersionField, read_number

DEFER_DAYS: Final = 14


class DecisionForm(ScreenedForm):
    """One form for all four decisions, so that a typed note is kept whichever button is used."""

    seen = HiddenField()
    shown = HiddenField()
    overrule = HiddenField()
    reason = SelectField(
        _l("Reason"),
        choices=[("", _l("Choose a reason")), *REASONS.items()],
        render_kw={"data-shortcut": "r"},
    )
    defer_until = DateField(
        _l("Back on"), validators=[Optional()], render_kw={"data-shortcut": "d"}
    )
    refer_to = SelectField(_l("Hub"), coerce=int, render_kw={"data-shortcut": "f"})
    note = TextAreaField(
        _l("Note for colleagues"),
        description=_l("Only hub staff read it."),
        validators=[Length(max=2000)],
        render_kw={"data-shortcut": "n"},
    )

    def offer(self, hubs: list[tuple[int, str]], *, today: date) -> None:
        """Fill in what can be chosen."""
        self.refer_to.choices = [(0, _("Choose a hub")), *hubs]
        if self.defer_until.data is None and not self.defer_until.raw_data:
            self.defer_until.data = today + timedelta(days=DEFER_DAYS)

    @property
    def seen_sequence(self) -> int:
        return read_number(self.seen.data, default=-1)

    def show_error(self, error: ReviewError) -> None:
        """Put the domain's refusal at the field it is about."""
        if isinstance(error, ReasonMissingError):
            if self.reason.data == "other":
                self.note.errors = [_("Say the other reason in a few words.")]
            else:
                self.reason.errors = [_("Choose why. The reason helps the next suggestion.")]
        elif isinstance(error, DeferralError):
            self.defer_until.errors = [_("Choose a day after today.")]
        elif isinstance(error, ReferralError):
            self.refer_to.errors = [_("Choose another hub.")]
        elif isinstance(error, WithdrawnError):
            self.form_errors.append(_("The need or the capability has been taken down."))
        elif isinstance(error, NotOpenError):
            self.form_errors.append(_("The suggestion has been decided. Undo that decision first."))


class SecondForm(ScreenedForm):
    """The second, blind decision: yes, or no with its reason."""

    shown = HiddenField()
    reason = SelectField(
        _l("Reason"),
        choices=[("", _l("Choose a reason")), *REASONS.items()],
        render_kw={"data-shortcut": "r"},
    )
    note = TextAreaField(
        _l("Note for colleagues"),
        description=_l("Only hub staff read it."),
        validators=[Length(max=2000)],
        render_kw={"data-shortcut": "n"},
    )


class HandForm(ScreenedForm):
    """Hands a case on; one form for a colleague and for another hub, so that the note is kept."""

    sequence = VersionField()
    hub = HiddenField()
    colleague = SelectField(_l("Colleague"), coerce=int)
    receiver = SelectField(_l("Other hub"), coerce=int)
    hand_note = TextAreaField(
        _l("Note to the receiver"),
        description=_l("They get it by mail. It also stays with the case."),
        validators=[Length(max=2000)],
    )

    def offer(self, colleagues: list[tuple[int, str]], hubs: list[tuple[int, str]]) -> None:
        """Fill in who can receive the case."""
        self.colleague.choices = [(0, _("Choose a colleague")), *colleagues]
        self.receiver.choices = [(0, _("Choose a hub")), *hubs]

    @property
    def hub_id(self) -> int:
        return read_number(self.hub.data)
