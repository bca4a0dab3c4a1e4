"""The form that all others derive from: our languages, and no patient data.

A form with free text is screened before anything is stored. What must be refused becomes an
error at the field; what looks odd (a birthday beside a name) is asked about once, and the writer
can confirm that no patient is meant. Nothing typed is lost in either case.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import get_domain
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, HiddenField, StringField

from matchmaker.screening.messages import message_for
from matchmaker.screening.screen import Finding, PatientDataFound, screen

LONGEST_NUMBER = 10

csrf = CSRFProtect()


class _OurTranslations:
    """Serves WTForms' own messages from our catalogue; see form_messages.py for their list."""

    def gettext(self, string: str) -> str:
        return str(_(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # Not Flask-Babel's own function: WTForms fills in the blanks itself, afterwards.
        return str(get_domain().get_translations().ungettext(singular, plural, n))


def strip_text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def read_number(text: str | None, default: int = 0) -> int:
    """Return a number that a page of ours has sent; anything else, or far too much, is none."""
    digits = text or ""
    return int(digits) if digits.isdecimal() and len(digits) < LONGEST_NUMBER else default


class VersionField(HiddenField):
    """The version that the writer has seen; anything that was not sent by our page is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        # A form without it must not fall back to what is stored, as if that had been seen.
        self.data = valuelist[0] if valuelist else ""

    @property
    def number(self) -> int:
        return read_number(self.data)


class Form(FlaskForm):
    """A form in the reader's language with typed text stripped at both ends."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: FlaskForm) -> _OurTranslations:
            return _OurTranslations()

        def bind_field(self, form: FlaskForm, unbound_field: Any, options: Any) -> Any:
            filters = [*unbound_field.kwargs.get("filters", []), strip_text]
            if issubclass(unbound_field.field_class, StringField):
                unbound_field.kwargs["filters"] = list(dict.fromkeys(filters))
            return unbound_field.bind(form=form, **options)


class ScreenedForm(Form):
    """A form whose free text must not hold patient data."""

    no_patient_data = BooleanField(_l("The text is not about an identifiable patient or citizen"))

    #: Findings that the writer is asked about, by field name; filled by :meth:`validate`.
    doubts: Mapping[str, list[Finding]] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        doubts: dict[str, list[Finding]] = {}
        for field in self.screened_fields():
            findings = screen(field.data or "")
            refused = [finding for finding in findings if finding.severity == "refuse"]
            if refused:
                field.errors = [*field.errors, describe_finding(refused[0])]
                valid = False
            elif findings:
                doubts[field.name] = findings
        self.doubts = doubts
        return valid and (not doubts or bool(self.no_patient_data.data))

    def screened_fields(self) -> list[StringField]:
        return [field for field in self if isinstance(field, StringField)]

    def show_findings(self, error: PatientDataFound) -> None:
        """Say at the fields where the domain found patient data."""
        for name, findings in error.findings.items():
            self.show_at(name, describe_finding(findings[0]))

    def show_at(self, name: str, message: str) -> None:
        """Say something at a field, or of the whole form where it has no such field."""
        if name in self:
            self[name].errors = [*self[name].errors, message]
        else:
            self.form_errors.append(message)


def describe_finding(finding: Finding) -> str:
    """Return what to do about a finding, naming the words as far as they may be shown."""
    message, words = message_for(finding)
    return str(_(message, **words))


def init_forms(app: Flask) -> None:
    csrf.init_app(app)
    app.jinja_env.globals.update(describe_finding=describe_finding)
