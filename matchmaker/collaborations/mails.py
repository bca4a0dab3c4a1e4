"""Every mail of a collaboration: who gets it, the key that keeps it from going out twice."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account, list_editors
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.consent import Apart
from matchmaker.collaborations.declining import find_decline
from matchmaker.collaborations.queries import get_party
from matchmaker.collaborations.rights import may_speak_for
from matchmaker.collaborations.views import get_proposal
from matchmaker.database import Database
from matchmaker.outbox.actions import enqueue_template
from matchmaker.outbox.links import LinkError, LinkExpiredError, Links
from matchmaker.translations import DATE_LOCALES

ANSWER_PURPOSE = "answer"
ANSWER_DAYS = 60


def answer_link(links: Links, party: Party, language: str) -> str:
    """Return the address that opens the proposal for this party's contact without sign-in."""
    return links.page(f"/collaborations/answer/{sign_answer(links, party)}?lang={language}")


def read_answer_link(
    db: Database, links: Links, token: str, *, reader: Account | None = None
) -> Party:
    """Return the party that a link speaks for; `reader` is who is signed in, if anybody is.

    Raises
    ------
    LinkExpiredError
        When the link is too old, the party no longer takes part, or its reader no longer speaks
        for it.
    LinkError
        When it is none of ours, or was for somebody who is no longer the contact.
    """
    payload = links.read(ANSWER_PURPOSE, token, max_age_days=ANSWER_DAYS)
    party = get_party(db, payload["party_id"])
    if party.account_id != payload["account_id"]:
        raise LinkError("the link was for somebody else")
    if not party.takes_part:
        raise LinkExpiredError("the party no longer takes part")
    speakers = (get_account(db, party.account_id), *([reader] if reader else []))
    if not any(may_speak_for(speaker, party) for speaker in speakers):
        raise LinkExpiredError("the reader no longer speaks for the party")
    return party


def list_readers(db: Database, party: Party) -> list[Account]:
    """Return who gets the mails of a party: its contact, or the editors when that one has left."""
    contact = get_account(db, party.account_id)
    if may_speak_for(contact, party):
        return [contact]
    return list_editors(db, party.organisation_id)


def sign_answer(links: Links, party: Party) -> str:
    return links.sign(ANSWER_PURPOSE, party_id=party.id, account_id=party.account_id)


def send_proposal(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    key = f"collaboration-proposal-{party.id}"
    _send_to_party(db, key, "proposal", collaboration, party, links=links, now=now)


def send_asked_again(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    key = f"collaboration-circle-{party.id}-{collaboration.circle}"
    _send_to_party(db, key, "asked_again", collaboration, party, links=links, now=now)


def send_reminder(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    _send_to_party(
        db, reminder_key(collaboration, party), "reminder", collaboration, party,
        links=links, now=now,
    )  # fmt: skip


def reminder_key(collaboration: Collaboration, party: Party) -> str:
    """One reminder for each silence: a new answer or a new circle begins another."""
    sequence = party.last.sequence if party.last else 0
    return f"collaboration-reminder-{party.id}-{collaboration.circle}-{sequence}"


def send_introduction(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    proposal = get_proposal(db, collaboration.id, party.id)
    for reader in list_readers(db, party):
        _send(
            db, _own_key(f"collaboration-introduction-{party.id}", party, reader), "introduction",
            reader.id, now, collaboration=collaboration, me=proposal.me, others=proposal.others,
            link=_page(links, collaboration),
        )  # fmt: skip


def send_closed(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    for reader in list_readers(db, party):
        _send(
            db, _own_key(f"collaboration-closed-{party.id}", party, reader), "closed", reader.id,
            now, collaboration=collaboration, link=_own_link(links, collaboration, party, reader),
            **_decline_values(links, collaboration, party, reader),
        )  # fmt: skip


def send_left_out(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    """Tell a party that the others go on without it and why, unless it said no itself."""
    left = get_party(db, party.id)
    if left.invited_at and left.answer_in(collaboration.circle) != "no":
        for reader in list_readers(db, left):
            key = _own_key(f"collaboration-left-out-{left.id}", left, reader)
            _send(
                db, key, "left_out", reader.id, now, collaboration=collaboration,
                **_decline_values(links, collaboration, left, reader),
            )  # fmt: skip


def _decline_values(
    links: Links, collaboration: Collaboration, party: Party, reader: Account
) -> dict[str, Any]:
    """Return why it ended for the reader, and the page where they could say more."""
    decline = find_decline(collaboration, party)
    path = decline.edit_path if decline else None
    until = date.fromisoformat(decline.until) if decline and decline.until else None
    return {
        "decline": decline,
        "until": until and format_date(until, "long", locale=DATE_LOCALES[reader.language]),
        "edit_link": links.page(path) if path else None,
    }


def send_question(
    db: Database,
    collaboration: Collaboration,
    party: Party,
    question_id: int,
    *,
    links: Links,
    now: datetime,
) -> None:
    question = db["collaboration_question"].get(question_id)["question"]
    _send_to_staff(
        db, f"collaboration-question-{question_id}", "question", collaboration,
        links=links, now=now, party=party, question=question,
    )  # fmt: skip


def send_reply(
    db: Database,
    collaboration: Collaboration,
    party: Party,
    question_id: int,
    *,
    links: Links,
    now: datetime,
) -> None:
    """Mail the hub's answer to who asked, or to the party's readers when that one has left."""
    row = db["collaboration_question"].get(question_id)
    asker = get_account(db, row["asked_by"])
    for reader in [asker] if may_speak_for(asker, party) else list_readers(db, party):
        key = f"collaboration-reply-{question_id}"
        _send(
            db, key if reader == asker else f"{key}-{reader.id}", "answer", reader.id, now,
            collaboration=collaboration, question=row["question"], answer=row["answer"],
            link=_own_link(links, collaboration, party, reader),
        )  # fmt: skip


def tell_staff_of_answer(
    db: Database, collaboration: Collaboration, party: Party, *, links: Links, now: datetime
) -> None:
    """Tell the hub of a no, which waits for its decision; other answers stand on the list."""
    if party.last is None or party.last.answer != "no":
        return
    key = f"collaboration-declined-{party.id}-{party.last.sequence}"
    _send_to_staff(
        db, key, "declined", collaboration,
        links=links, now=now, party=party, reason=party.last.reason, note=party.last.note,
    )  # fmt: skip


def tell_staff_of_conflict(
    db: Database,
    collaboration: Collaboration,
    apart: Sequence[Apart],
    *,
    links: Links,
    now: datetime,
) -> None:
    """Tell the hub that all have said yes, and who of them must not meet."""
    # Each yes that completes the circle counts the version up: one mail for each of them.
    key = f"collaboration-held-back-{collaboration.id}-{collaboration.version}"
    _send_to_staff(db, key, "held_back", collaboration, links=links, now=now, apart=apart)


def send_handed_over(
    db: Database,
    collaboration: Collaboration,
    from_hub: str,
    *,
    note: str,
    links: Links,
    actor: Account,
    now: datetime,
) -> None:
    """Tell the hub that has the collaboration now; each hand-over is a mail of its own."""
    for reader in list_responsible(db, collaboration):
        if reader.id != actor.id:
            key = f"collaboration-handed-{collaboration.id}-{collaboration.version}-{reader.id}"
            _send(
                db, key, "collaboration_handed", reader.id, now, collaboration=collaboration,
                giver=actor.name, from_hub=from_hub, note=note, link=_page(links, collaboration),
            )  # fmt: skip


def _send_to_party(
    db: Database,
    key: str,
    template: str,
    collaboration: Collaboration,
    party: Party,
    *,
    links: Links,
    now: datetime,
) -> None:
    proposal = get_proposal(db, collaboration.id, party.id)
    for reader in list_readers(db, party):
        _send(
            db, _own_key(key, party, reader), template, reader.id, now,
            collaboration=collaboration, me=proposal.me, others=proposal.others,
            link=_own_link(links, collaboration, party, reader),
        )  # fmt: skip


def _send_to_staff(
    db: Database,
    key: str,
    template: str,
    collaboration: Collaboration,
    *,
    links: Links,
    now: datetime,
    **values: Any,
) -> None:
    for account in list_responsible(db, collaboration):
        _send(
            db, f"{key}-{account.id}", template, account.id, now,
            collaboration=collaboration,
            link=links.page(f"/collaborations/{collaboration.id}"), **values,
        )  # fmt: skip


def list_responsible(db: Database, collaboration: Collaboration) -> list[Account]:
    """Return who made the proposal while they work for its hub, else all the hub's staff."""
    rows = db.rows(
        "select distinct a.id from account a join membership m on m.account_id = a.id"
        " where m.organisation_id = ? and m.ended_at is null and a.active = 1"
        " and m.role in ('hub_staff', 'hub_manager', 'administrator') order by a.id",
        (collaboration.hub_id,),
    )
    ids = [row["id"] for row in rows]
    if collaboration.created_by in ids:
        ids = [collaboration.created_by]
    return [get_account(db, account_id) for account_id in ids]


def _own_key(key: str, party: Party, reader: Account) -> str:
    return key if reader.id == party.account_id else f"{key}-{reader.id}"


def _own_link(links: Links, collaboration: Collaboration, party: Party, reader: Account) -> str:
    """Return the signed link of the contact; others sign in first."""
    if reader.id == party.account_id:
        return answer_link(links, party, reader.language)
    return _page(links, collaboration)


def _page(links: Links, collaboration: Collaboration) -> str:
    return links.page(f"/collaborations/{collaboration.id}")


def _send(
    db: Database, key: str, template: str, account_id: int, now: datetime, **values: Any
) -> None:
    account = get_account(db, account_id)
    enqueue_template(db, template, account, key=key, now=now, person=account, **values)
