"""Fields of an organisation, of registering, and of inviting colleagues."""

from typing import Any

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from matchmaker.accounts.forms import name_field, no_patient_data
from matchmaker.organisations.organisation import (
    KINDS,
    OPEN_KINDS,
    SIZES,
    Details,
    OrganisationError,
)
from matchmaker.organisations.reference import COUNTRIES, REGIONS, municipalities
from matchmaker.web.forms import Form, ScreenedForm, VersionField
from matchmaker.web.languages import current_language

KIND_NAMES = {
    "company": _l("Company"),
    "hospital": _l("Hospital"),
    "municipality": _l("Municipality"),
    "department": _l("Department"),
    "general_practice": _l("General practice"),
    "research_institution": _l("Research or education"),
    "cluster": _l("Cluster"),
    "hub": _l("Hub"),
    "funder": _l("Funder"),
    "other": _l("Other organisation"),
}
SIZE_NAMES = {
    "micro": _l("Fewer than 10 people"),
    "small": _l("10–49 people"),
    "medium": _l("50–249 people"),
    "large": _l("250 people or more"),
}
ROLE_NAMES = {
    "member": _l("Member"),
    "editor": _l("Editor"),
    "hub_staff": _l("Hub staff"),
    "hub_manager": _l("Hub manager"),
    "administrator": _l("Administrator"),
}
REASONS = {
    ("cvr", "digits"): _l("A CVR number is eight digits, such as 12345674."),
    ("cvr", "length"): _l("A CVR number has eight digits; this has more or fewer."),
    ("cvr", "checksum"): _l("This is no CVR number: two digits may have changed places."),
    ("website", "address"): _l("Write the address as www.organisation.dk."),
    ("name", "required"): _l("This field is required."),
}


def region_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose")), *REGIONS.items()]


def municipality_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose")), *((m.code, m.name) for m in municipalities().values())]


def country_choices() -> list[tuple[str, str]]:
    names = Locale.parse(current_language()).territories
    others = sorted(COUNTRIES[1:], key=lambda code: names[code])
    return [(code, names[code]) for code in ("DK", *others)]


def show_reason(form: Form, error: OrganisationError) -> None:
    """Put what does not hold at its field, or above the form when the form lacks the field."""
    message = str(REASONS.get((error.field, error.reason), _l("Not a valid choice.")))
    field = next((f for f in form if f.name in (error.field, f"organisation_{error.field}")), None)
    if field is None:
        form.form_errors.append(message)
    else:
        field.errors = [*field.errors, message]


class OrganisationForm(ScreenedForm):
    kind = SelectField(_l("Kind"), choices=[(kind, KIND_NAMES[kind]) for kind in KINDS])
    name = StringField(_l("Name"), validators=[DataRequired(), Length(max=200)])
    cvr = StringField(
        _l("CVR number"),
        description=_l("Eight digits. Leave it empty if the organisation has none of its own."),
    )
    country = SelectField(_l("Country"), default="DK")
    region = SelectField(_l("Region"))
    municipality = SelectField(
        _l("Municipality"), description=_l("Chooses the region for a Danish organisation.")
    )
    size = SelectField(_l("Size"))
    website = StringField(_l("Website"), validators=[Length(max=300)])
    description = TextAreaField(
        _l("In short"),
        description=_l("One or two sentences on what the organisation does."),
        validators=[Length(max=1000)],
    )
    language = RadioField(
        _l("Language of the description"),
        choices=[("da", "Dansk"), ("en", "English")],
        default="da",
    )
    version = VersionField(default="1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices()
        self.region.choices = region_choices()
        self.municipality.choices = municipality_choices()
        self.size.choices = [("", _("Choose")), *((size, SIZE_NAMES[size]) for size in SIZES)]

    def screened_fields(self) -> list[StringField]:
        return [self.name, self.website, self.description]

    def details(self) -> Details:
        return Details(
            kind=self.kind.data,
            name=self.name.data,
            cvr=self.cvr.data or None,
            country=self.country.data,
            region=self.region.data or None,
            municipality=self.municipality.data or None,
            size=self.size.data or None,
            website=self.website.data or None,
            description=self.description.data or "",
            language=self.language.data,
        )


class DepartmentForm(ScreenedForm):
    name = StringField(_l("Name of the department"), validators=[DataRequired(), Length(max=200)])

    def screened_fields(self) -> list[StringField]:
        return [self.name]


class EnterForm(ScreenedForm):
    """Which organisation somebody speaks for; new ones and those that are here alike."""

    organisation_kind = SelectField(
        _l("Kind of organisation"), choices=[(kind, KIND_NAMES[kind]) for kind in OPEN_KINDS]
    )
    organisation_name = StringField(
        _l("Organisation"), validators=[DataRequired(), Length(max=200)]
    )
    cvr = StringField(
        _l("CVR number"),
        description=_l(
            "For companies. If it is here already, we ask your colleagues to let you in."
        ),
    )
    country = SelectField(_l("Country"), default="DK")
    region = SelectField(
        _l("Region"), description=_l("Decides which hub helps you. Leave it outside Denmark.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices()
        self.region.choices = region_choices()

    def screened_fields(self) -> list[StringField]:
        return [self.organisation_name]

    def details(self) -> Details:
        return Details(
            kind=self.organisation_kind.data,
            name=self.organisation_name.data,
            cvr=self.cvr.data or None,
            country=self.country.data,
            region=self.region.data or None,
            language=current_language(),
        )


class RegisterForm(EnterForm):
    name = name_field()
    email = EmailField(
        _l("Work e-mail"), validators=[DataRequired(), Length(max=200), no_patient_data]
    )
    title = StringField(
        _l("Title"),
        description=_l("What you do, such as “Ward nurse” or “Head of sales”."),
        validators=[Length(max=100), no_patient_data],
    )


class InviteForm(Form):
    email = EmailField(_l("E-mail"), validators=[DataRequired(), Length(max=200), no_patient_data])
    role = RadioField(_l("Role"))


class AcceptForm(Form):
    name = name_field()


class RoleForm(Form):
    role = SelectField(_l("Role"))
    account_id = IntegerField(validators=[DataRequired()])
