"""An organisation: who takes part, and what must hold for it."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from stdnum.dk import cvr as stdnum_cvr
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from matchmaker.accounts.account import LANGUAGES, Account
from matchmaker.organisations.reference import COUNTRIES, REGIONS, municipalities, region_of
from matchmaker.screening.screen import refuse_patient_data

KINDS: Final = (
    "company",
    "hospital",
    "municipality",
    "department",
    "general_practice",
    "research_institution",
    "cluster",
    "hub",
    "funder",
    "other",
)
#: What anybody may register; the rest is set up by hub staff.
OPEN_KINDS: Final = (
    "company",
    "hospital",
    "municipality",
    "general_practice",
    "research_institution",
    "other",
)
SIZES: Final = ("micro", "small", "medium", "large")
WITH_DEPARTMENTS: Final = ("hospital", "municipality", "research_institution", "other")


class OrganisationError(ValueError):
    """Something about an organisation does not hold; `field` is where, `reason` is a code."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Details:
    """What one fills in about an organisation."""

    kind: str
    name: str
    cvr: str | None = None
    country: str = "DK"
    region: str | None = None
    municipality: str | None = None
    size: str | None = None
    website: str | None = None
    description: str = ""
    language: str = "da"

    def checked(self) -> "Details":
        """Return the details as they are stored: trimmed, numbers plain, region filled in.

        Raises
        ------
        OrganisationError
            At the first field that does not hold. Reasons: ``required``, ``unknown``, ``address``
            and for a CVR number ``digits``, ``length`` and ``checksum``.
        PatientDataFound
            When one of the texts holds a CPR number.
        """
        refuse_patient_data(
            {
                "name": self.name,
                "website": self.website or "",
                "description": self.description,
            }
        )
        details = replace(
            self,
            name=" ".join(self.name.split()),
            cvr=check_cvr(self.cvr) if self.cvr and self.country == "DK" else None,
            region=_region(self.municipality) if self.municipality else self.region or None,
            municipality=self.municipality or None,
            size=self.size or None,
            website=_check_website(self.website),
            description=self.description.strip(),
        )
        details._check_codes()
        return details

    def _check_codes(self) -> None:
        if not self.name:
            raise OrganisationError("name", "required")
        for field, allowed in (
            ("kind", KINDS),
            ("country", COUNTRIES),
            ("region", (None, *REGIONS)),
            ("municipality", (None, *municipalities())),
            ("size", (None, *SIZES)),
            ("language", LANGUAGES),
        ):
            if getattr(self, field) not in allowed:
                raise OrganisationError(field, "unknown")


@dataclass(frozen=True)
class Organisation(Details):
    id: int = 0
    parent_id: int | None = None
    aliases: tuple[str, ...] = ()
    source: str | None = None
    external_id: str | None = None
    version: int = 1

    @property
    def is_hub(self) -> bool:
        return self.kind == "hub"

    @property
    def may_have_departments(self) -> bool:
        return self.kind in WITH_DEPARTMENTS

    def may_be_changed_by(self, account: Account | None) -> bool:
        return account is not None and account.may_edit(self.id)

    def roles_given_by(self, account: Account) -> tuple[str, ...]:
        """Return the roles that this person may give somebody here, least first."""
        roles = (
            ("hub_staff", "hub_manager", "administrator") if self.is_hub else ("member", "editor")
        )
        return tuple(role for role in roles if account.may_give(role, self.id))


def check_cvr(text: str) -> str:
    """Return the eight digits.

    >>> check_cvr("DK 13 58 56 28")
    '13585628'

    Raises
    ------
    OrganisationError
        When it is no CVR number; the reason says what is wrong with it.
    """
    try:
        return str(stdnum_cvr.validate(text))
    except InvalidLength as error:
        raise OrganisationError("cvr", "length") from error
    except InvalidChecksum as error:
        raise OrganisationError("cvr", "checksum") from error
    except ValidationError as error:
        raise OrganisationError("cvr", "digits") from error


def _check_website(text: str | None) -> str | None:
    """Return a full address; one typed without its beginning gets it."""
    address = (text or "").strip()
    if not address:
        return None
    if "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in address:
        raise OrganisationError("website", "address")
    return address


def _region(municipality: str) -> str:
    if municipality not in municipalities():
        raise OrganisationError("municipality", "unknown")
    return region_of(municipality)
