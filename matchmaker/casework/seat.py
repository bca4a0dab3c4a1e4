"""Who sits at the table of a collaboration, and what they may read and write there."""

from dataclasses import dataclass

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.casework.errors import ClosedError, NotIntroducedError
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.mails import list_readers
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.rights import own_parties
from matchmaker.database import Database


@dataclass(frozen=True)
class Seat:
    """One reader of a collaboration; somebody without a part in it gets none."""

    collaboration: Collaboration
    account: Account
    parties: tuple[Party, ...]

    @property
    def is_staff(self) -> bool:
        return self.account.is_hub_staff

    @property
    def audiences(self) -> tuple[str, ...]:
        """Whose texts and files this person may read."""
        return ("hub", "parties") if self.is_staff else ("parties",)

    @property
    def can_write(self) -> bool:
        return not self.collaboration.is_closed

    def check_writes_to(self, audience: str) -> None:
        """Raise what keeps this person from leaving something here for this audience."""
        if self.collaboration.is_closed:
            raise ClosedError
        if audience == "hub" and not self.is_staff:
            raise NotPartyError(self.collaboration.id)
        if audience == "parties" and not self.collaboration.contacts_are_open:
            raise NotIntroducedError


def take_seat(db: Database, collaboration_id: int, account: Account) -> Seat:
    """Return what this person is in a collaboration.

    Staff sit at every table. Parties sit down when they have been introduced to each other:
    before, each other's files, meetings and names are not theirs to see.

    Raises
    ------
    CollaborationNotFoundError
        When there is no such collaboration.
    NotPartyError
        When the person is neither staff nor speaks for a party that has been introduced.
    """
    collaboration = get_collaboration(db, collaboration_id)
    parties = tuple(own_parties(account, collaboration))
    if not account.is_hub_staff and not (parties and collaboration.contacts_are_open):
        raise NotPartyError(collaboration_id)
    return Seat(collaboration, account, parties)


def list_people(db: Database, seat: Seat) -> list[Account]:
    """Return who may be asked to do something or to meet: the hub's people, then the parties'.

    Where a party's contact has left, its editors stand in.
    """
    rows = db.rows(
        "select distinct m.account_id as id from membership m join account a on a.id = m.account_id"
        " where m.organisation_id = ? and m.ended_at is null and a.active = 1"
        " and m.role in ('hub_staff', 'hub_manager', 'administrator') order by a.name, a.id",
        (seat.collaboration.hub_id,),
    )
    ids = [row["id"] for row in rows]
    ids += [person.id for person in list_party_people(db, seat)]
    ids += [seat.account.id]
    people = [get_account(db, account_id) for account_id in dict.fromkeys(ids)]
    return [person for person in people if person.is_active]


def list_party_people(db: Database, seat: Seat) -> list[Account]:
    """Return who reads for the parties, nobody before they know each other."""
    if not seat.collaboration.contacts_are_open:
        return []
    people = (each for party in seat.collaboration.parties for each in list_readers(db, party))
    return list({person.id: person for person in people}.values())
