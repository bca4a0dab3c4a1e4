"""Everything that changes a capability."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.capabilities.capability import (
    CLOSE_REASONS,
    DEVICE_CLASSES,
    FIELDS,
    KINDS,
    LANGUAGES,
    MOST_APPROACHES,
    MOVES,
    Offer,
)
from matchmaker.capabilities.queries import find_by_form_key, get_capability
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.profiles import expiry, importing, lifecycle, register
from matchmaker.profiles.content import Content, read_content
from matchmaker.profiles.errors import (
    InvalidProfileError,
    NotAllowedError,
    WrongStateError,
)
from matchmaker.profiles.importing import Imported, Origin
from matchmaker.profiles.register import Register
from matchmaker.profiles.rights import may_register_for

_TEXTS = (
    "title",
    "description",
    "evidence",
    "facilities",
    "target_groups",
    "research_field",
    "past_projects",
)
CAPABILITIES = Register(
    noun="capability",
    columns=(
        *("language", "kind", *_TEXTS),
        *("trl", "device_class", "ce_marked", "markets", "languages", "price_model"),
        "approaches_per_month",
    ),
    texts=_TEXTS,
    required=("description",),
    moves=MOVES,
)


def save_draft(
    db: Database,
    offer: Offer,
    *,
    organisation_id: int,
    actor: Account,
    now: datetime,
    form_key: str | None = None,
) -> int:
    """Keep the offer as a draft and return its id; a form sent twice makes one.

    Raises
    ------
    PatientDataFound, InvalidProfileError, NotAllowedError
        Nothing has been stored.
    """
    content = _read(offer)
    with db.atomic():
        kept = find_by_form_key(db, form_key, actor.id) if form_key else None
        if kept is not None:
            change(db, kept.id, offer, version=kept.version, actor=actor, now=now)
            return kept.id
        facts = _owned_by(organisation_id, actor) | {"form_key": form_key}
        made = register.add(db, CAPABILITIES, content, facts, actor_id=actor.id, now=now)
        _keep_periods(db, made, content)
    return made


def change(
    db: Database,
    capability_id: int,
    offer: Offer,
    *,
    version: int,
    actor: Account,
    now: datetime,
) -> bool:
    """Save a new offer over the `version` that the writer has seen; False when nothing differs.

    Raises
    ------
    PatientDataFound, InvalidProfileError, NotAllowedError, WrongStateError, StaleVersionError
        The capability is then as it was.
    """
    content = _read(offer)
    with db.atomic():
        standing = register.get_standing(db, CAPABILITIES, capability_id)
        lifecycle.require_change(standing, actor)
        if not get_capability(db, capability_id).can_change:
            raise WrongStateError("change", standing.state)
        seen = replace(standing, version=version)
        changed = register.change(db, CAPABILITIES, seen, content, actor_id=actor.id, now=now)
        if changed:
            _keep_periods(db, capability_id, content)
    return changed


def publish(db: Database, capability_id: int, *, actor: Account, now: datetime) -> None:
    """Put the capability in the catalogue for a year."""
    lifecycle.move(db, CAPABILITIES, capability_id, "publish", actor=actor, now=now)


def pause(db: Database, capability_id: int, *, actor: Account, now: datetime) -> None:
    """Take it out of the catalogue and the matching until it is resumed."""
    lifecycle.move(db, CAPABILITIES, capability_id, "pause", actor=actor, now=now)


def resume(db: Database, capability_id: int, *, actor: Account, now: datetime) -> None:
    lifecycle.move(db, CAPABILITIES, capability_id, "resume", actor=actor, now=now)


def renew(db: Database, capability_id: int, *, actor: Account, now: datetime) -> None:
    """Keep it for a year from now; an expired one is published again."""
    lifecycle.move(db, CAPABILITIES, capability_id, "renew", actor=actor, now=now)


def close(db: Database, capability_id: int, reason: str, *, actor: Account, now: datetime) -> None:
    """End it for good, with one of ``CLOSE_REASONS``."""
    if reason not in CLOSE_REASONS:
        raise InvalidProfileError({"reason": "unknown"})
    lifecycle.move(
        db, CAPABILITIES, capability_id, "close", actor=actor, now=now, close_reason=reason
    )


def expire_due(db: Database, links: Links, *, now: datetime) -> list[int]:
    """Expire what is due and mail its keepers, then and 14 days before; return what expired."""
    return expiry.expire_due(db, CAPABILITIES, links, now=now)


def upsert_imported(
    db: Database,
    offer: Offer,
    origin: Origin,
    *,
    organisation_id: int,
    actor: Account,
    now: datetime,
    state: str = "published",
    language: str | None = None,
) -> Imported:
    """Create or change the capability known by `origin`; the same row again leaves it unchanged.

    `state` counts for a new capability only: what has happened to it here since then stands.

    Raises
    ------
    PatientDataFound, InvalidProfileError, NotAllowedError
        Nothing has been stored.
    """
    content = _read(offer, language)
    facts = {**_owned_by(organisation_id, actor), "owner_id": None}
    with db.atomic():
        imported = importing.upsert(
            db, CAPABILITIES, content, origin, facts, state=state, actor=actor, now=now
        )
        if imported.outcome != "unchanged":
            _keep_periods(db, imported.id, content)
    return imported


def _read(offer: Offer, language: str | None = None) -> Content:
    wrong = _wrong_codes(offer) | _wrong_periods(offer)
    if wrong:
        raise InvalidProfileError(wrong)
    return read_content(asdict(offer), CAPABILITIES.texts, language)


def _wrong_codes(offer: Offer) -> dict[str, str]:
    checks = {
        "kind": offer.kind in KINDS,
        "trl": offer.trl is None or 1 <= offer.trl <= 9,
        "device_class": offer.device_class is None or offer.device_class in DEVICE_CLASSES,
        "markets": all(market.isalpha() and len(market) <= 5 for market in offer.markets),
        "languages": all(language in LANGUAGES for language in offer.languages),
    }
    wrong = {name: "unknown" for name, is_known in checks.items() if not is_known}
    allowed = offer.approaches_per_month
    if allowed is not None and not 1 <= allowed <= MOST_APPROACHES:
        wrong["approaches_per_month"] = "out_of_range"
    return wrong


def _wrong_periods(offer: Offer) -> dict[str, str]:
    try:
        days = [
            (date.fromisoformat(period.starts_on), date.fromisoformat(period.ends_on))
            for period in offer.free_periods
        ]
    except ValueError:
        return {"free_periods": "not_a_date"}
    return {} if all(first <= last for first, last in days) else {"free_periods": "backwards"}


def _owned_by(organisation_id: int, actor: Account) -> dict[str, Any]:
    if not may_register_for(actor, organisation_id):
        raise NotAllowedError(f"account {actor.id} does not speak for {organisation_id}")
    return {"organisation_id": organisation_id, "owner_id": actor.id, "state": "draft"}


def _keep_periods(db: Database, capability_id: int, content: Content) -> None:
    """Replace the periods by those of the content, which keeps them for the versions too."""
    periods: list[Mapping[str, str]] = content.values["free_periods"]
    db["capability_period"].delete_where("capability_id = ?", [capability_id])
    db["capability_period"].insert_all(
        {"capability_id": capability_id, **period} for period in periods
    )


def without_unasked(offer: Offer) -> Offer:
    """Return the offer with only the fields that its kind is asked for."""
    asked = {"kind", "title", "description", *FIELDS[offer.kind]}
    empty = asdict(Offer(kind=offer.kind, title="", description=""))
    return replace(offer, **{name: value for name, value in empty.items() if name not in asked})
