"""Who looks after the equal information about a need, and who may read what was told to all."""

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.database import Database
from matchmaker.needs.need import Need
from matchmaker.needs.queries import get_need, get_visible
from matchmaker.procurement.audience import Shown, list_shown, speaks_for
from matchmaker.procurement.errors import NotShownError
from matchmaker.profiles.rights import may_change


def get_kept(db: Database, need_id: int, actor: Account) -> Need:
    """Return a need whose log this person keeps: the need's side, or the hub's staff.

    Raises
    ------
    ProfileNotFoundError
        When there is no such need, or none that this person may know of.
    NotPermittedError
        When it is somebody else's.
    """
    need = get_need(db, need_id)
    if not may_change(need, actor):
        get_visible(db, need_id, actor)
        raise NotPermittedError(f"need {need_id} is not kept by {actor.id}")
    return need


def get_kept_of(db: Database, collaboration_id: int, actor: Account) -> Need:
    """Return the need of a collaboration to a person who keeps the need's log.

    Raises
    ------
    NotPermittedError
        When the need is somebody else's.
    NotShownError
        When there is no such collaboration, or it is a draft, which the hub alone may see.
    """
    party = db.first(
        "select need_id, invited_at from collaboration_party where collaboration_id = ?"
        " and need_id is not null order by id limit 1",
        (collaboration_id,),
    )
    if party is None:
        raise NotShownError(collaboration_id)
    need = get_kept(db, party["need_id"], actor)
    if party["invited_at"] is None and not actor.is_hub_staff:
        raise NotShownError(collaboration_id)
    return need


def list_own(db: Database, need_id: int, reader: Account) -> tuple[Shown, ...]:
    """Return the organisations that were shown a need and for which this person speaks."""
    return tuple(shown for shown in list_shown(db, need_id) if speaks_for(reader, shown))


def check_was_shown(db: Database, need_id: int, reader: Account) -> tuple[Shown, ...]:
    """Return the reader's own organisations that were shown the need; none on the need's side.

    Raises
    ------
    NotShownError
        When the reader was not shown the need and does not keep its log.
    """
    need = get_need(db, need_id)
    own = list_own(db, need_id, reader)
    if not own and not may_change(need, reader):
        raise NotShownError(need_id)
    return own
