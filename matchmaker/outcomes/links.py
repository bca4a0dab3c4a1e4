"""The link in the mail that opens the question without sign-in."""

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.collaborations.collaboration import Party
from matchmaker.collaborations.queries import get_party
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.database import Database
from matchmaker.outbox.links import LinkExpiredError, Links

PURPOSE = "outcome"
DAYS = 120


def answer_page(links: Links, party: Party, reader: Account) -> str:
    token = sign_reader(links, party, reader)
    return links.page(f"/outcomes/answer/{token}?lang={reader.language}")


def sign_reader(links: Links, party: Party, reader: Account) -> str:
    return links.sign(PURPOSE, party_id=party.id, account_id=reader.id)


def read_reader(db: Database, links: Links, token: str) -> tuple[Party, Account]:
    """Return the party that is asked and the person whom the link was sent to.

    Raises
    ------
    LinkExpiredError
        When the link is too old, or the person speaks for the party no more.
    LinkError
        When it is none of ours.
    """
    payload = links.read(PURPOSE, token, max_age_days=DAYS)
    party, reader = get_party(db, payload["party_id"]), get_account(db, payload["account_id"])
    if not party.takes_part or not may_speak_for(reader, party):
        raise LinkExpiredError("the reader no longer speaks for the party")
    return party, reader
