"""The mail about an ownership that one side has declared of the other."""

from collections.abc import Iterator
from datetime import datetime

from matchmaker.accounts.account import Account
from matchmaker.accounts.mails import send_mail
from matchmaker.accounts.queries import list_editors
from matchmaker.clock import danish_day
from matchmaker.conflicts.conflict import Declaration
from matchmaker.database import Database
from matchmaker.organisations.queries import (
    NoHubError,
    get_organisation,
    hub_for_region,
    list_hub_staff,
)
from matchmaker.outbox.links import Links


def tell_of_ownership(
    db: Database, declaration: Declaration, *, actor: Account, links: Links, now: datetime
) -> None:
    """Tell the other side and the hubs of both; the reason stays with the hub, as promised.

    Ended and declared again on the same day, it is told once.
    """
    ids = (declaration.organisation_id, declaration.other_id)
    owned, owner = (get_organisation(db, side).name for side in ids if side is not None)
    pair = f"{declaration.organisation_id}-{declaration.other_id}-{danish_day(now).isoformat()}"
    for reader in _list_readers(db, declaration, actor):
        page = "/conflicts" if reader.is_hub_staff else ""
        send_mail(
            db, "ownership_declared", reader, key=f"ownership-{pair}-{reader.id}", now=now,
            name=reader.name, person=actor.name, owner=owner, owned=owned,
            is_staff=reader.is_hub_staff, link=links.page(page),
        )  # fmt: skip


def _list_readers(db: Database, declaration: Declaration, actor: Account) -> list[Account]:
    sides = [side for side in (declaration.organisation_id, declaration.other_id) if side]
    readers = {staff.id: staff for side in sides for staff in _staff_for(db, side)}
    for side in sides:
        if not actor.may_edit(side):
            readers.update({editor.id: editor for editor in _list_editors(db, side)})
    return [reader for key, reader in sorted(readers.items()) if key != actor.id]


def _staff_for(db: Database, organisation_id: int) -> list[Account]:
    try:
        hub_id = hub_for_region(db, get_organisation(db, organisation_id).region)
    except NoHubError:
        return []
    return list_hub_staff(db, hub_id)


def _list_editors(db: Database, organisation_id: int) -> Iterator[Account]:
    """Yield who speaks for the organisation, and for the one above it: it binds both."""
    yield from list_editors(db, organisation_id)
    above = get_organisation(db, organisation_id).parent_id
    if above is not None:
        yield from list_editors(db, above)
