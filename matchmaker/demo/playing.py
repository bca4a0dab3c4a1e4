"""Lets the demo content happen through the same actions as everybody's, each at its moment."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.capabilities import actions as capability_actions
from matchmaker.collaborations import answering, asking, drafting, following, inviting
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.demo import working
from matchmaker.demo.content import Entry
from matchmaker.demo.keys import Keys
from matchmaker.demo.timeline import Event
from matchmaker.needs import actions as need_actions
from matchmaker.needs.need import Answers
from matchmaker.outbox.links import Links
from matchmaker.procurement.plan import PlanAnswers
from matchmaker.procurement.planning import save_plan
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.standing import get_standing
from matchmaker.transfer.nouns import read_offer

_ANSWERS = (
    *("title", "problem", "target", "extent", "tried", "requirements", "approach"),
    *("approaches_per_month", "show_organisation"),
)
#: What is done to a need or capability after it was saved, for each state it is to come to.
_STEPS = {
    "draft": (),
    "submitted": ("submit",),
    "published": ("publish",),
    "paused": ("publish", "pause"),
    "expired": ("publish",),
    "closed": ("publish",),
}


class NotSuggestedError(LookupError):
    """The ranking in use does not suggest a pair that the story speaks of."""


class Player:
    """Plays events into a database, whose ids it keeps by the keys of the content."""

    def __init__(self, db: Database, links: Links, keys: Keys) -> None:
        self._db = db
        self.links = self._links = links
        self._keys = keys
        self._verbs: dict[str, Callable[[Entry, datetime], None]] = {
            "need": self._need,
            "capability": self._capability,
            "close_need": self._close_need,
            "review": self._review,
            "propose": self._propose,
            "invite": self._invite,
            "answer": self._answer,
            "ask": self._ask,
            "reply": self._reply,
            "move": self._move,
            "note": self._note,
            "close": self._close,
            "task": self._task,
            "meeting": self._meeting,
            "outcome": self._outcome,
        }

    def play(self, event: Event) -> bool:
        """Return whether it happened: the ranking may not suggest the pair that it is about."""
        try:
            self._verbs[event.kind](event.entry, event.at)
        except NotSuggestedError:
            return False
        return True

    def _need(self, entry: Entry, now: datetime) -> None:
        actor = self._person(entry["owner"])
        need_id = need_actions.save_draft(
            self._db,
            Answers(**{name: entry[name] for name in _ANSWERS}),
            organisation_id=self._keys.get("organisation", entry["organisation"]),
            actor=actor,
            now=now,
        )
        self._keys.keep("need", entry["key"], need_id)
        self._bring_to(need_actions, need_id, entry["state"], actor, now)

    def _capability(self, entry: Entry, now: datetime) -> None:
        actor = self._person(entry["owner"])
        capability_id = capability_actions.save_draft(
            self._db,
            read_offer(entry),
            organisation_id=self._keys.get("organisation", entry["organisation"]),
            actor=actor,
            now=now,
        )
        self._keys.keep("capability", entry["key"], capability_id)
        self._bring_to(capability_actions, capability_id, entry["state"], actor, now)

    def _bring_to(
        self, actions: Any, profile_id: int, state: str, actor: Account, now: datetime
    ) -> None:
        for verb in _STEPS[state]:
            getattr(actions, verb)(self._db, profile_id, actor=actor, now=now)

    def _close_need(self, entry: Entry, now: datetime) -> None:
        need_id = self._keys.get("need", entry["need"])
        actor = self._person(entry["by"])
        need_actions.close(self._db, need_id, entry["reason"], actor=actor, now=now)

    def _review(self, entry: Entry, now: datetime) -> None:
        suggestion_id = self._suggestion(entry["need"], entry["capability"])
        days = entry.get("defer_days")
        review_suggestion(
            self._db,
            suggestion_id,
            entry["decision"],
            actor=self._person(entry["by"]),
            now=now,
            seen_sequence=get_standing(self._db, suggestion_id).sequence,
            reason=entry.get("reason"),
            note=entry.get("note", ""),
            defer_until=_later(now, days) if days else None,
            refer_to_id=self._optional("organisation", entry.get("refer_to")),
        )

    def _propose(self, entry: Entry, now: datetime) -> None:
        suggestions = tuple(
            self._suggestion(entry["need"], capability) for capability in entry["capabilities"]
        )
        offered = [*entry["capabilities"], *entry.get("partners", [])]
        parties = [
            self._party("need", entry["need"]),
            *(self._party("capability", key) for key in offered),
        ]
        draft = Draft(
            entry["title"], entry["language"], entry["introduction"], suggestions, tuple(parties)
        )
        actor = self._person(entry["by"])
        made = drafting.create_draft(self._db, draft, actor=actor, now=now)
        self._keys.keep("collaboration", entry["collaboration"], made)

    def _party(self, noun: str, key: str) -> PartyDraft:
        """Return the party with its owner as contact, shown as the owner shows it elsewhere."""
        profile_id = self._keys.get(noun, key)
        row = self._db[noun].get(profile_id)
        if noun == "capability":
            return PartyDraft(row["owner_id"], capability_id=profile_id)
        shown = bool(row["show_organisation"])
        return PartyDraft(row["owner_id"], need_id=profile_id, show_organisation=shown)

    def _invite(self, entry: Entry, now: datetime) -> None:
        actor = self._person(entry["by"])
        collaboration_id = self._collaboration(entry)
        inviting.invite(self._db, collaboration_id, links=self._links, actor=actor, now=now)

    def _answer(self, entry: Entry, now: datetime) -> None:
        days = entry.get("later_days")
        answering.answer_proposal(
            self._db,
            self._party_of(entry),
            entry["answer"],
            actor=self._person(entry["by"]),
            links=self._links,
            now=now,
            reason=entry.get("reason"),
            note=entry.get("note", ""),
            later_on=_later(now, days) if days else None,
        )

    def _ask(self, entry: Entry, now: datetime) -> None:
        actor = self._person(entry["by"])
        question_id = asking.ask_hub(
            self._db,
            self._party_of(entry),
            entry["text"],
            actor=actor,
            links=self._links,
            now=now,
        )
        self._keys.keep("question", entry["question"], question_id)

    def _reply(self, entry: Entry, now: datetime) -> None:
        self._collaboration(entry)
        asking.answer_question(
            self._db,
            self._keys.get("question", entry["question"]),
            entry["text"],
            actor=self._person(entry["by"]),
            links=self._links,
            now=now,
        )

    def _move(self, entry: Entry, now: datetime) -> None:
        actor, collaboration_id = self._person(entry["by"]), self._collaboration(entry)
        if entry["stage"] == "test":
            self._plan_purchase(collaboration_id, now)
        following.move_stage(self._db, collaboration_id, entry["stage"], actor=actor, now=now)

    def _plan_purchase(self, collaboration_id: int, now: datetime) -> None:
        """Say how a purchase would go, which is asked for before a test starts."""
        collaboration = get_collaboration(self._db, collaboration_id)
        owner = next(party.account_id for party in collaboration.parties if party.is_need)
        save_plan(
            self._db,
            collaboration_id,
            PlanAnswers("tender", "near", "Indkøbskontoret", "small_test", ("results", "data")),
            actor=get_account(self._db, owner),
            now=now,
        )

    def _note(self, entry: Entry, now: datetime) -> None:
        actor, collaboration_id = self._person(entry["by"]), self._collaboration(entry)
        following.add_note(
            self._db, collaboration_id, entry["audience"], entry["text"], actor=actor, now=now
        )

    def _close(self, entry: Entry, now: datetime) -> None:
        following.close(
            self._db,
            self._collaboration(entry),
            entry["reason"],
            note=entry.get("note", ""),
            links=self._links,
            actor=self._person(entry["by"]),
            now=now,
        )

    def _task(self, entry: Entry, now: datetime) -> None:
        actor, collaboration = self._person(entry["by"]), self._together(entry)
        working.give_task(self._db, collaboration, entry, actor=actor, now=now)

    def _meeting(self, entry: Entry, now: datetime) -> None:
        actor, collaboration = self._person(entry["by"]), self._together(entry)
        working.meet(self._db, collaboration, entry, actor=actor, links=self._links, now=now)

    def _outcome(self, entry: Entry, now: datetime) -> None:
        actor, collaboration = self._person(entry["by"]), self._together(entry)
        working.tell(self._db, collaboration, entry, actor=actor, now=now)

    def _together(self, entry: Entry) -> Collaboration:
        return get_collaboration(self._db, self._collaboration(entry))

    def _person(self, key: str) -> Account:
        return get_account(self._db, self._keys.get("account", key))

    def _optional(self, noun: str, key: str | None) -> int | None:
        return self._keys.get(noun, key) if key else None

    def _collaboration(self, entry: Entry) -> int:
        """Return the collaboration, unless it did not come about."""
        found = self._keys.find("collaboration", entry["collaboration"])
        if found is None:
            raise NotSuggestedError(entry["collaboration"])
        return found

    def _party_of(self, entry: Entry) -> int:
        collaboration = get_collaboration(self._db, self._collaboration(entry))
        account_id = self._keys.get("account", entry["by"])
        return next(p.id for p in collaboration.parties if p.account_id == account_id)

    def _suggestion(self, need: str, capability: str) -> int:
        row = self._db.first(
            "select id from suggestion where (need_id, capability_id) = (?, ?)"
            " and withdrawn_at is null",
            (self._keys.get("need", need), self._keys.get("capability", capability)),
        )
        if row is None:
            raise NotSuggestedError(f"{need}, {capability}")
        return int(row["id"])


def _later(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()
