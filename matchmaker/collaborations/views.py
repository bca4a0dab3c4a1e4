"""What each reader may see of a collaboration. Nothing hidden here can be shown by a template."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.declining import Decline, find_decline
from matchmaker.collaborations.disclosure import (
    Disclosure,
    list_disclosures,
    organisation_is_open,
)
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.needs.blind import blind_title, redacted
from matchmaker.profiles.contacts import without_contacts, without_names
from matchmaker.reviews.case import CAPABILITY_FIELDS, NEED_FIELDS

#: How somebody wants to be approached holds names and telephone times: it opens with the rest.
_OPENS_LATER = ("approach",)


@dataclass(frozen=True)
class Contact:
    name: str
    title: str
    email: str
    phone: str


@dataclass(frozen=True)
class PartyView:
    """A party as one reader sees it; `contact` is None until all have said yes."""

    id: int
    kind: str
    title: str
    language: str
    texts: tuple[tuple[str, str], ...]
    organisation_name: str | None
    organisation_kind: str
    region: str | None
    need_id: int | None
    capability_id: int | None
    contact: Contact | None
    #: Which step of a confidential need its reader has come to; None where it is none.
    opened: str | None = None

    @property
    def is_need(self) -> bool:
        return self.need_id is not None


@dataclass(frozen=True)
class Question:
    id: int
    party_id: int
    asked_by: str
    asked_at: str
    question: str
    answer: str | None
    answered_by: str | None
    answered_at: str | None


@dataclass(frozen=True)
class Note:
    id: int
    author: str
    audience: str
    text: str
    created_at: str


@dataclass(frozen=True)
class Proposal:
    """A collaboration as one of its parties sees it."""

    collaboration: Collaboration
    party: Party
    me: PartyView
    others: tuple[PartyView, ...]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    disclosures: tuple[Disclosure, ...] = ()

    @property
    def decline(self) -> Decline | None:
        """Why it ended for this party, in words it may read."""
        return find_decline(self.collaboration, self.party)

    @property
    def my_answer(self) -> str | None:
        return self.party.answer_in(self.collaboration.circle)

    @property
    def is_asked_again(self) -> bool:
        """Whether an earlier yes no longer counts, because the circle has changed."""
        last = self.party.last
        return last is not None and last.answer == "yes" and self.my_answer is None

    @property
    def can_answer(self) -> bool:
        return self.collaboration.stage == "invited"


@dataclass(frozen=True)
class Dossier:
    """A collaboration as hub staff see it: everything but contacts before they open."""

    collaboration: Collaboration
    views: tuple[PartyView, ...]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    disclosures: tuple[Disclosure, ...] = ()

    def view(self, party: Party) -> PartyView:
        return next(view for view in self.views if view.id == party.id)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.answer is None)


def get_proposal(db: Database, collaboration_id: int, party_id: int) -> Proposal:
    """Return what this party may see.

    Raises
    ------
    NotPartyError
        When it does not take part (any longer), or has not been invited.
    """
    collaboration = get_collaboration(db, collaboration_id)
    party = collaboration.party(party_id)
    if party is None or not party.takes_part or party.invited_at is None:
        raise NotPartyError(party_id)
    views = _views(db, collaboration, collaboration.parties, reader=party)
    notes = _notes(db, collaboration.id, ("parties",)) if collaboration.contacts_are_open else ()
    return Proposal(
        collaboration=collaboration,
        party=party,
        me=next(view for view in views if view.id == party_id),
        others=tuple(view for view in views if view.id != party_id),
        questions=_questions(db, collaboration.id, party_id),
        notes=notes,
        disclosures=tuple(list_disclosures(db, collaboration.id)) if party.is_need else (),
    )


def get_dossier(db: Database, collaboration_id: int) -> Dossier:
    collaboration = get_collaboration(db, collaboration_id)
    return Dossier(
        collaboration=collaboration,
        views=_views(db, collaboration, collaboration.everybody, reader=None),
        questions=_questions(db, collaboration_id),
        notes=_notes(db, collaboration_id, ("hub", "parties")),
        disclosures=tuple(list_disclosures(db, collaboration_id)),
    )


def _views(
    db: Database, collaboration: Collaboration, parties: Iterable[Party], *, reader: Party | None
) -> tuple[PartyView, ...]:
    return tuple(_view(db, collaboration, party, reader) for party in parties)


def _view(
    db: Database, collaboration: Collaboration, party: Party, reader: Party | None
) -> PartyView:
    is_open = collaboration.contacts_are_open and party.takes_part
    is_own = reader is None or reader.id == party.id
    row = _profile(db, party)
    opened = _opened(db, collaboration, party) if party.is_need and row["confidential"] else None
    if opened == "problem" and not is_own:
        return _blind_view(party, row)
    names_shown = is_open or is_own or party.show_organisation or opened is not None
    hidden = () if names_shown else (party.organisation_name, row["above"])
    return PartyView(
        id=party.id,
        kind=party.kind,
        title=_shown(row["title"], is_open=is_open, hidden=hidden),
        language=row["language"],
        texts=_texts(row, is_need=party.is_need, is_open=is_open, hidden=hidden),
        organisation_name=party.organisation_name if names_shown else None,
        organisation_kind=row["organisation_kind"],
        region=row["region"],
        need_id=party.need_id,
        capability_id=party.capability_id,
        contact=_contact(db, party.account_id) if is_open else None,
        opened=opened,
    )


def _opened(db: Database, collaboration: Collaboration, need: Party) -> str:
    """Return the last step that the owner of a confidential need has agreed to."""
    if collaboration.contacts_are_open and need.takes_part:
        return "names"
    return "organisation" if organisation_is_open(db, collaboration, need) else "problem"


def _blind_view(party: Party, row: dict[str, Any]) -> PartyView:
    """Return a confidential need as it is read before its owner has said yes."""
    problem = redacted(row["blind_problem"], (party.organisation_name, row["above"]))
    return PartyView(
        id=party.id,
        kind=party.kind,
        title=blind_title(problem),
        language=row["language"],
        texts=(("problem", problem),),
        organisation_name=None,
        organisation_kind="other",
        region=None,
        need_id=party.need_id,
        capability_id=None,
        contact=None,
        opened="problem",
    )


def _texts(
    row: dict[str, Any], *, is_need: bool, is_open: bool, hidden: tuple[str | None, ...]
) -> tuple[tuple[str, str], ...]:
    fields = NEED_FIELDS if is_need else CAPABILITY_FIELDS
    return tuple(
        (name, _shown(row[name], is_open=is_open, hidden=hidden))
        for name in fields
        if row[name] and (is_open or name not in _OPENS_LATER)
    )


def _shown(text: str, *, is_open: bool, hidden: tuple[str | None, ...]) -> str:
    """Mask what the writer's own text gives away too early."""
    return text if is_open else without_names(without_contacts(text), hidden)


def _profile(db: Database, party: Party) -> dict[str, Any]:
    table = "need" if party.is_need else "capability"
    row = db.first(
        f"select t.*, o.kind as organisation_kind, o.region, h.name as above from {table} t"
        " join organisation o on o.id = t.organisation_id"
        " left join organisation h on h.id = o.parent_id where t.id = ?",
        (party.need_id or party.capability_id,),
    )
    if row is None:
        raise NotPartyError(party.id)
    return row


def _contact(db: Database, account_id: int) -> Contact:
    row = db["account"].get(account_id)
    return Contact(row["name"], row["title"], row["email"], row["phone"])


def _questions(
    db: Database, collaboration_id: int, party_id: int | None = None
) -> tuple[Question, ...]:
    rows = db.rows(
        "select q.id, q.party_id, a.name as asked_by, q.asked_at, q.question, q.answer,"
        " b.name as answered_by, q.answered_at from collaboration_question q"
        " join collaboration_party p on p.id = q.party_id"
        " join account a on a.id = q.asked_by left join account b on b.id = q.answered_by"
        " where p.collaboration_id = :id and (:party is null or p.id = :party) order by q.id",
        {"id": collaboration_id, "party": party_id},
    )
    return tuple(Question(**row) for row in rows)


def _notes(db: Database, collaboration_id: int, audiences: tuple[str, ...]) -> tuple[Note, ...]:
    marks = ", ".join("?" * len(audiences))
    rows = db.rows(
        "select n.id, a.name as author, n.audience, n.text, n.created_at"
        " from collaboration_note n join account a on a.id = n.account_id"
        f" where n.collaboration_id = ? and n.audience in ({marks}) order by n.id desc",
        (collaboration_id, *audiences),
    )
    return tuple(Note(**row) for row in rows)
