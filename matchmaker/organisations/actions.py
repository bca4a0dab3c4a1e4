"""Registering and changing organisations, and handing them over."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.accounts.memberships import give_role
from matchmaker.accounts.queries import get_membership
from matchmaker.audit import log
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.organisations.organisation import (
    OPEN_KINDS,
    Details,
    Organisation,
    OrganisationError,
)
from matchmaker.organisations.queries import find_by_cvr, find_by_external, get_organisation
from matchmaker.screening.screen import refuse_patient_data


class CvrTakenError(ValueError):
    """The CVR number is registered already; `organisation` is who has it."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.cvr)
        self.organisation = organisation


class ChangedMeanwhileError(Exception):
    """Somebody else saved the organisation after this page was opened."""


def register_organisation(db: Database, details: Details, *, actor: Account, now: datetime) -> int:
    """Return the id of a new organisation. Unless hub staff registers it, the actor edits it.

    Raises
    ------
    OrganisationError
        When something about it does not hold.
    CvrTakenError
        When an organisation with this CVR number is here already.
    NotPermittedError
        When the kind is one that hub staff sets up.
    """
    checked = details.checked()
    if not actor.is_hub_staff and checked.kind not in OPEN_KINDS:
        raise NotPermittedError(f"{actor.id} may not register a {checked.kind}")
    with db.atomic():
        taken = find_by_cvr(db, checked.cvr) if checked.cvr else None
        if taken:
            raise CvrTakenError(taken)
        organisation_id = _insert(db, checked, actor_id=actor.id, now=now)
        if not actor.is_hub_staff:
            give_role(db, actor.id, organisation_id, "editor", actor=None, now=now)
    return organisation_id


def change_organisation(
    db: Database,
    organisation_id: int,
    details: Details,
    *,
    version: int,
    actor: Account,
    now: datetime,
) -> None:
    """Save what an editor filled in; `version` is the one that the page showed.

    Raises
    ------
    NotPermittedError
        When the actor may not change it, or not give it this kind.
    OrganisationError
        When something about it does not hold.
    CvrTakenError
        When another organisation has this CVR number.
    ChangedMeanwhileError
        When somebody saved in between.
    """
    checked = details.checked()
    with db.atomic():
        before = get_organisation(db, organisation_id)
        if not before.may_be_changed_by(actor):
            raise NotPermittedError(f"{actor.id} may not change {organisation_id}")
        if before.version != version:
            raise ChangedMeanwhileError
        if checked.kind != before.kind and not actor.is_hub_staff:
            raise NotPermittedError("only hub staff change the kind")
        taken = find_by_cvr(db, checked.cvr) if checked.cvr else None
        if taken and taken.id not in (organisation_id, before.parent_id):
            raise CvrTakenError(taken)
        _update(db, before, checked, actor_id=actor.id, now=now)


def add_department(
    db: Database, parent_id: int, details: Details, *, actor: Account, now: datetime
) -> int:
    """Return the id of a new department; the editors of the organisation above edit it too.

    Raises
    ------
    NotPermittedError
        When the actor may not change the organisation above.
    OrganisationError
        When the organisation above has no departments, or something else does not hold.
    """
    parent = get_organisation(db, parent_id)
    if not parent.may_be_changed_by(actor):
        raise NotPermittedError(f"{actor.id} may not change {parent_id}")
    if not parent.may_have_departments:
        raise OrganisationError("kind", "no_departments")
    with db.atomic():
        return _insert(db, details.checked(), parent_id=parent_id, actor_id=actor.id, now=now)


def upsert_organisation(
    db: Database,
    details: Details,
    *,
    source: str,
    external_id: str,
    now: datetime,
    parent_id: int | None = None,
    aliases: Sequence[str] = (),
    actor_id: int | None = None,
) -> tuple[int, str]:
    """Store an imported organisation; return its id and ``created``, ``changed`` or ``unchanged``.

    The same row imported twice changes nothing. An organisation is found again by `source` and
    `external_id` alone: two sources may well know the same CVR number.

    Raises
    ------
    OrganisationError
        When something about it does not hold.
    PatientDataFound
        When a text, an alias or the external id holds a CPR number.
    """
    checked = details.checked()
    refuse_patient_data({"external_id": external_id, "aliases": "\n\n".join(aliases)})
    more = {"parent_id": parent_id, "aliases": json.dumps(list(aliases), ensure_ascii=False)}
    with db.atomic():
        before = find_by_external(db, source, external_id)
        if before is None:
            new_id = _insert(
                db, checked, actor_id=actor_id, now=now, source=source, external_id=external_id,
                **more,
            )  # fmt: skip
            return new_id, "created"
        same_place = before.parent_id == parent_id and before.aliases == tuple(aliases)
        if same_place and not _changed_fields(before, checked):
            return before.id, "unchanged"
        _update(db, before, checked, actor_id=actor_id, now=now, **more)
        return before.id, "changed"


def hand_over(
    db: Database, organisation_id: int, from_id: int, to_id: int, *, actor: Account, now: datetime
) -> None:
    """Give one person's role to a colleague; who hands over stays as a member.

    Raises
    ------
    NotPermittedError
        When it is not the actor's own role and the actor may not give it.
    MembershipNotFoundError
        When one of the two does not belong to the organisation.
    """
    with db.atomic():
        role = get_membership(db, from_id, organisation_id).role
        get_membership(db, to_id, organisation_id)
        if role == "member" or (actor.id != from_id and not actor.may_give(role, organisation_id)):
            raise NotPermittedError(f"{actor.id} may not hand over {role} of {organisation_id}")
        give_role(db, to_id, organisation_id, role, actor=None, now=now)
        if from_id != to_id:
            give_role(db, from_id, organisation_id, "member", actor=None, now=now)
        log.record(
            db, "organisation.hand_over", "organisation", organisation_id, actor_id=actor.id,
            now=now, from_id=from_id, to_id=to_id, role=role,
        )  # fmt: skip


def _insert(
    db: Database, details: Details, *, actor_id: int | None, now: datetime, **more: object
) -> int:
    row = {**asdict(details), **more, "created_at": to_text(now), "updated_at": to_text(now)}
    organisation_id = db.insert_row("organisation", row)
    log.record(
        db,
        "organisation.register",
        "organisation",
        organisation_id,
        actor_id=actor_id,
        now=now,
        parent_id=more.get("parent_id"),
        **_codes(details),
    )
    return organisation_id


def _update(
    db: Database,
    before: Organisation,
    details: Details,
    *,
    actor_id: int | None,
    now: datetime,
    **more: object,
) -> None:
    changes = {"version": before.version + 1, "updated_at": to_text(now)}
    db["organisation"].update(before.id, {**asdict(details), **more, **changes})
    log.record(
        db,
        "organisation.change",
        "organisation",
        before.id,
        actor_id=actor_id,
        now=now,
        fields=_changed_fields(before, details),
        parent_id=more.get("parent_id", before.parent_id),
        **_codes(details),
    )


def _codes(details: Details) -> dict[str, str | None]:
    """Return what organisations are counted by."""
    return {name: getattr(details, name) for name in ("kind", "country", "region", "size")}


def _changed_fields(before: Organisation, details: Details) -> list[str]:
    return [name for name, value in asdict(details).items() if getattr(before, name) != value]
