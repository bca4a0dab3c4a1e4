"""The form of a capability: each kind is asked for its own facts, and hardly any is required."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from matchmaker.capabilities.capability import (
    DEVICE_CLASSES,
    FIELDS,
    LANGUAGES,
    MARKETS,
    MOST_APPROACHES,
    USUAL_APPROACHES,
    Capability,
    Offer,
    Period,
)
from matchmaker.capabilities.labels import CE_MARKED, CLOSE_REASONS, TRL
from matchmaker.capabilities.labels import DEVICE_CLASSES as CLASS_NAMES
from matchmaker.profiles.content import LONGEST_LINE
from matchmaker.profiles.forms import ProfileForm, within_reason
from matchmaker.profiles.labels import COUNTRY_NAMES
from matchmaker.profiles.labels import LANGUAGES as LANGUAGE_NAMES
from matchmaker.web.forms import Form, read_number

MOST_PERIODS = 12
_NOT_STATED = ("", _l("Not stated"))
_OWN_TEXTS = ("evidence", "price_model", "facilities", "target_groups")
_TEXTS = ("title", "description", *_OWN_TEXTS, "research_field", "past_projects")


def _number(value: Any) -> int | None:
    return int(value) if value else None


class PeriodForm(PlainForm):
    starts_on = DateField(_l("From"), validators=[Optional()])
    ends_on = DateField(_l("Until"), validators=[Optional()])
    note = StringField(_l("Note"), validators=[Length(max=LONGEST_LINE)])

    @property
    def is_empty(self) -> bool:
        return not any(field.data or field.raw_data not in (None, [], [""]) for field in self)

    @property
    def holds(self) -> bool:
        """Whether it is a period: both days, in their order."""
        first, last = self.starts_on.data, self.ends_on.data
        return bool(first and last and first <= last)


class CapabilityForm(ProfileForm):
    title = StringField(
        _l("What is it called?"),
        description=_l("A name and what it does, in one line."),
        validators=[DataRequired(_l("Give it a name.")), Length(max=LONGEST_LINE)],
    )
    description = TextAreaField(
        _l("What does it do, and for whom?"),
        description=_l(
            "Plain words: what it changes in practice, where it is used, what it needs to work. "
            "The ranking reads this."
        ),
        validators=[DataRequired(_l("Tell in a few sentences what it does.")), within_reason],
    )
    evidence = TextAreaField(
        _l("What shows that it works?"),
        description=_l("Studies, evaluations, where it is in use. Small and honest is fine."),
        validators=[within_reason],
    )
    trl = SelectField(
        _l("How ready is it?"),
        coerce=_number,
        choices=[_NOT_STATED, *TRL.items()],
    )
    ce_marked = SelectField(
        _l("Is it CE marked?"),
        default="",
        choices=[_NOT_STATED, ("yes", CE_MARKED["yes"]), ("no", CE_MARKED["no"])],
    )
    device_class = SelectField(
        _l("Is it a medical device, and of which class?"),
        default="",
        choices=[_NOT_STATED, *((code, CLASS_NAMES[code]) for code in DEVICE_CLASSES)],
    )
    markets = SelectMultipleField(
        _l("Where is it on the market?"),
        choices=[(code, COUNTRY_NAMES[code]) for code in MARKETS],
    )
    languages = SelectMultipleField(
        _l("In which languages is it offered?"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )
    price_model = StringField(
        _l("How is it paid for?"),
        description=_l("For example: subscription per ward, or purchase from DKK 6,000."),
        validators=[Length(max=1000)],
    )
    facilities = TextAreaField(
        _l("What can others use?"),
        description=_l("Rooms, equipment, systems, staff who take part."),
        validators=[within_reason],
    )
    target_groups = TextAreaField(
        _l("Which citizens or patients?"),
        description=_l("Whom others can meet, reach or learn about through you."),
        validators=[within_reason],
    )
    research_field = TextAreaField(_l("Which field of research?"), validators=[within_reason])
    past_projects = TextAreaField(
        _l("What have you taken part in?"),
        description=_l("Projects with a sentence each; searches read this too."),
        validators=[within_reason],
    )
    free_periods = FieldList(
        FormField(PeriodForm), label=_l("When is there room?"), max_entries=MOST_PERIODS
    )

    approaches_per_month = IntegerField(
        _l("At most so many approaches a month"),
        description=_l("So many proposals the hub may send you. It never sends more."),
        default=USUAL_APPROACHES,
        validators=[
            InputRequired(_l("Choose a number between 1 and 20.")),
            NumberRange(1, MOST_APPROACHES, _l("Choose a number between 1 and 20.")),
        ],
    )

    @classmethod
    def for_kind(cls, kind: str, capability: Capability | None = None) -> "CapabilityForm":
        """Return the form with the fields that the kind is asked for."""
        form = cls(data=_as_data(capability)) if capability else cls()
        for name in {field for fields in FIELDS.values() for field in fields}:
            if name not in FIELDS[kind]:
                del form[name]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if "free_periods" not in self:
            return valid
        rows = [row.form for row in self.free_periods if not row.form.is_empty]
        self.free_periods.errors = []
        if not all(row.holds for row in rows):
            message = _("Give each period a first and a last day, in that order.")
            self.free_periods.errors = [message]
        return valid and not self.free_periods.errors

    def offer(self, kind: str) -> Offer:
        stated: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS if name in self}
        for name in ("markets", "languages"):
            if name in self:
                stated[name] = tuple(self[name].data or ())
        if "trl" in self:
            ce_marked = {"yes": True, "no": False}.get(self.ce_marked.data)
            stated |= {"trl": self.trl.data, "ce_marked": ce_marked}
            stated["device_class"] = self.device_class.data or None
        if "free_periods" in self:
            stated["free_periods"] = self._periods()
        if "approaches_per_month" in self:
            stated["approaches_per_month"] = self.approaches_per_month.data
        return Offer(kind=kind, **stated)

    def change_rows(self, wish: str) -> None:
        """Add an empty period, or take away the one named by ``remove-<place>``.

        A kind that is not asked when it is free has no periods.
        """
        if "free_periods" not in self:
            return
        rows = [row.data for row in self.free_periods]
        place = wish.removeprefix("remove-")
        number = read_number(place, default=len(rows))
        if number < len(rows):
            del rows[number]
        elif len(rows) < MOST_PERIODS:
            rows.append({})
        while self.free_periods.entries:
            self.free_periods.pop_entry()
        for row in rows:
            self.free_periods.append_entry(row)

    def _periods(self) -> tuple[Period, ...]:
        rows = (row.form for row in self.free_periods if not row.form.is_empty)
        return tuple(
            Period(
                row.starts_on.data.isoformat(), row.ends_on.data.isoformat(), row.note.data or ""
            )
            for row in rows
        )


class CloseForm(Form):
    reason = RadioField(_l("Why do you close it?"), choices=list(CLOSE_REASONS.items()))


def _as_data(capability: Capability) -> dict[str, Any]:
    stated = {name: getattr(capability, name) for name in (*_TEXTS, "trl", "version")}
    periods = [
        {
            "starts_on": date.fromisoformat(period.starts_on),
            "ends_on": date.fromisoformat(period.ends_on),
            "note": period.note,
        }
        for period in capability.free_periods
    ]
    return {
        **stated,
        "ce_marked": {True: "yes", False: "no", None: ""}[capability.ce_marked],
        "device_class": capability.device_class or "",
        "markets": list(capability.markets),
        "languages": list(capability.languages),
        "free_periods": periods,
        "approaches_per_month": capability.approaches_per_month or USUAL_APPROACHES,
    }
