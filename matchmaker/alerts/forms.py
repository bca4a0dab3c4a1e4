"""Naming what one follows, and choosing which mails one gets."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from matchmaker.alerts import labels
from matchmaker.alerts.watch import LONGEST_NAME
from matchmaker.alerts.wishes import MailWishes
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.forms import Form, ScreenedForm, describe_finding


class WatchForm(ScreenedForm):
    name = StringField(
        _l("Name"),
        validators=[DataRequired(), Length(max=LONGEST_NAME)],
        description=_l("What it is called in your list and in the mails."),
    )
    rhythm = RadioField(
        _l("When do you want to hear?"),
        choices=list(labels.RHYTHMS.items()),
        default="weekly",
    )

    def show_refusal(self, error: PatientDataFound) -> None:
        """Tell why a search cannot be kept: its words are no field of this form."""
        for findings in error.findings.values():
            self.form_errors.append(describe_finding(findings[0]))

    def show_full(self, most: int) -> None:
        self.form_errors.append(
            _("You follow %(num)d things already. Take one away first.", num=most)
        )


class WishesForm(Form):
    digest = RadioField(
        _l("The weekly mail"),
        choices=list(labels.DIGEST.items()),
        description=_l("What became of your needs, what you fit and what you follow, in one."),
    )
    steps = RadioField(_l("What happens to my needs"), choices=list(labels.STEPS.items()))
    alerts = RadioField(_l("News of what I follow"), choices=list(labels.ALERTS.items()))
    desk = RadioField(
        _l("The daily mail about my work"),
        choices=list(labels.DESK.items()),
        description=_l("Cases without a first action, decisions seen differently, your tasks."),
    )

    @classmethod
    def of(cls, wishes: MailWishes, *, is_staff: bool) -> "WishesForm":
        """Return the form with what was chosen; the daily mail is asked of staff alone."""
        form = cls(obj=wishes)
        if not is_staff:
            del form.desk
        return form

    def wishes(self, before: MailWishes) -> MailWishes:
        """Return what is chosen now; what was not asked stays as it was."""
        desk = self.desk.data if self.desk else before.desk
        return MailWishes(self.digest.data, self.steps.data, self.alerts.data, desk)
