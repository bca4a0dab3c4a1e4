"""Everything that changes a need."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.audit.log import record
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.needs.blind import list_identifying_names, redacted
from matchmaker.needs.need import CLOSE_REASONS, MOST_APPROACHES, MOVES, Answers
from matchmaker.needs.queries import find_by_form_key, get_need, supports
from matchmaker.organisations.queries import (
    find_organisation,
    get_organisation,
    hub_for_region,
    list_names,
)
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

NEEDS = Register(
    noun="need",
    columns=(
        "language",
        "title",
        "problem",
        "target",
        "extent",
        "tried",
        "requirements",
        "approach",
        "approaches_per_month",
        "show_organisation",
        "confidential",
        "blind_problem",
    ),
    texts=("title", "problem", "target", "extent", "tried", "requirements"),
    required=("problem",),
    moves=MOVES,
)


class AlreadySupportedError(ValueError):
    """The organisation already stands behind this need."""


def save_draft(
    db: Database,
    answers: Answers,
    *,
    organisation_id: int,
    actor: Account,
    now: datetime,
    form_key: str | None = None,
) -> int:
    """Keep the answers as a draft and return its id.

    A form sent twice, known by its `form_key`, makes one need; what was changed in between is
    saved in it.

    Raises
    ------
    PatientDataFound, InvalidProfileError, NotAllowedError
        Nothing has been stored.
    """
    content = _read(db, answers, organisation_id, people=(actor.id,))
    with db.atomic():
        kept = find_by_form_key(db, form_key, actor.id) if form_key else None
        if kept is not None:
            change(db, kept.id, answers, version=kept.version, actor=actor, now=now)
            return kept.id
        facts = _owned_by(db, organisation_id, actor) | {"form_key": form_key}
        return register.add(db, NEEDS, content, facts, actor_id=actor.id, now=now)


def change(
    db: Database,
    need_id: int,
    answers: Answers,
    *,
    version: int,
    actor: Account,
    now: datetime,
    organisation_id: int | None = None,
) -> bool:
    """Save new answers over the `version` that the writer has seen; False when nothing differs.

    Raises
    ------
    PatientDataFound, InvalidProfileError, NotAllowedError, WrongStateError, StaleVersionError
        The need is then as it was.
    """
    written = get_need(db, need_id)
    content = _read(
        db,
        answers,
        organisation_id or written.organisation_id,
        people=(actor.id, written.owner_id),
    )
    with db.atomic():
        need = get_need(db, need_id)
        standing = register.get_standing(db, NEEDS, need_id)
        lifecycle.require_change(standing, actor)
        if not need.can_change:
            raise WrongStateError("change", need.state)
        moved = organisation_id not in (None, need.organisation_id)
        facts = _place(db, organisation_id or 0, actor) if moved else {}
        seen = replace(standing, version=version)
        return register.change(db, NEEDS, seen, content, actor_id=actor.id, now=now, **facts)


def submit(db: Database, need_id: int, *, actor: Account, now: datetime) -> None:
    """Let the hub look first: it is matched and reviewed, but not on the board."""
    lifecycle.move(db, NEEDS, need_id, "submit", actor=actor, now=now)


def publish(db: Database, need_id: int, *, actor: Account, now: datetime) -> None:
    """Put the need on the board for a year."""
    lifecycle.move(db, NEEDS, need_id, "publish", actor=actor, now=now)


def pause(db: Database, need_id: int, *, actor: Account, now: datetime) -> None:
    """Take the need off the board and out of the matching until it is resumed."""
    lifecycle.move(db, NEEDS, need_id, "pause", actor=actor, now=now)


def resume(db: Database, need_id: int, *, actor: Account, now: datetime) -> None:
    lifecycle.move(db, NEEDS, need_id, "resume", actor=actor, now=now)


def renew(db: Database, need_id: int, *, actor: Account, now: datetime) -> None:
    """Keep the need for a year from now; an expired one is published again."""
    lifecycle.move(db, NEEDS, need_id, "renew", actor=actor, now=now)


def close(db: Database, need_id: int, reason: str, *, actor: Account, now: datetime) -> None:
    """End the need for good, with one of ``CLOSE_REASONS``."""
    if reason not in CLOSE_REASONS:
        raise InvalidProfileError({"reason": "unknown"})
    lifecycle.move(db, NEEDS, need_id, "close", actor=actor, now=now, close_reason=reason)


def expire_due(db: Database, links: Links, *, now: datetime) -> list[int]:
    """Expire what is due and mail its keepers, then and 14 days before; return what expired.

    May be called as often as one likes: each mail is kept once for each date.
    """
    return expiry.expire_due(db, NEEDS, links, now=now)


def support(
    db: Database, need_id: int, *, organisation_id: int, actor: Account, now: datetime
) -> None:
    """Record that an organisation has the same need.

    Raises
    ------
    NotAllowedError, WrongStateError, AlreadySupportedError
        Nothing has been stored.
    """
    with db.atomic():
        need = get_need(db, need_id)
        _require_public_body(db, organisation_id, actor)
        if not need.can_be_supported:
            raise WrongStateError("support", need.state)
        own = organisation_id == need.organisation_id
        if own or supports(db, need_id, frozenset({organisation_id})):
            raise AlreadySupportedError(need_id)
        supporter = {"organisation_id": organisation_id, "account_id": actor.id}
        moment = to_text(now)
        db["need_supporter"].insert({"need_id": need_id, **supporter, "created_at": moment})
        subject = ("need.support", "need", need_id)
        record(db, *subject, actor_id=actor.id, now=now, organisation_id=organisation_id)


def upsert_imported(
    db: Database,
    answers: Answers,
    origin: Origin,
    *,
    organisation_id: int,
    actor: Account,
    now: datetime,
    state: str = "submitted",
    language: str | None = None,
) -> Imported:
    """Create or change the need known by `origin`; the same row again leaves it unchanged.

    `state` counts for a new need only: what has happened to it here since then stands.

    Raises
    ------
    PatientDataFound, InvalidProfileError, NotAllowedError
        Nothing has been stored.
    """
    content = _read(db, answers, organisation_id, language=language)
    facts = {**_owned_by(db, organisation_id, actor), "owner_id": None}
    return importing.upsert(db, NEEDS, content, origin, facts, state=state, actor=actor, now=now)


def _read(
    db: Database,
    answers: Answers,
    organisation_id: int,
    *,
    people: Iterable[int | None] = (),
    language: str | None = None,
) -> Content:
    if not 0 < answers.approaches_per_month <= MOST_APPROACHES:
        raise InvalidProfileError({"approaches_per_month": "out_of_range"})
    values = {**asdict(answers), "blind_problem": ""}
    if not answers.confidential:
        hidden = () if answers.show_organisation else list_names(db, organisation_id)
        return read_content(values, NEEDS.texts, language, hidden)
    names = list_identifying_names(db, organisation_id, people)
    blind = redacted(answers.problem, names)
    values |= {"show_organisation": False, "blind_problem": blind}
    return read_content(values, NEEDS.texts, language, findable=blind)


def _owned_by(db: Database, organisation_id: int, actor: Account) -> dict[str, object]:
    return {**_place(db, organisation_id, actor), "owner_id": actor.id, "state": "draft"}


def _place(db: Database, organisation_id: int, actor: Account) -> dict[str, object]:
    """Return whose need it is and the hub that looks after it."""
    _require_public_body(db, organisation_id, actor)
    organisation = get_organisation(db, organisation_id)
    region = organisation.region
    if region is None and organisation.parent_id is not None:
        region = get_organisation(db, organisation.parent_id).region
    return {"organisation_id": organisation_id, "hub_id": hub_for_region(db, region)}


def _require_public_body(db: Database, organisation_id: int, actor: Account) -> None:
    """A need is owned by those who have the problem, not by those who sell an answer."""
    organisation = find_organisation(db, organisation_id)
    if organisation is None:
        raise NotAllowedError(f"there is no organisation {organisation_id}")
    if organisation.kind == "company":
        raise NotAllowedError("a company registers capabilities")
    if not may_register_for(actor, organisation_id):
        raise NotAllowedError(f"account {actor.id} does not speak for {organisation_id}")
