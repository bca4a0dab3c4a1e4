"""Whatever happens in whatever order, nobody is told the same thing twice or what is not theirs."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from matchmaker.alerts.opening import note_opening
from matchmaker.alerts.watch import WatchNotFoundError
from matchmaker.alerts.watching import add_watch, list_watches, remove_watch
from matchmaker.alerts.wishes import MailWishes, keep_wishes
from matchmaker.clock import to_text
from matchmaker.database import open_database
from matchmaker.needs import actions as needs
from matchmaker.profiles.errors import WrongStateError
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.review import ReviewError
from matchmaker.reviews.standing import get_standing
from tests.alerts.conftest import MONDAY, make_world
from tests.factories import make_need, make_suggestion

WATCHES = (
    ("need", {}),
    ("need", {"q": "liggesår"}),
    ("need", {"region": "1083"}),
    ("both", {"theme": "pressure-ulcer"}),
)
_ITEM = re.compile(r"^– (Behov \d+ .*)$")


class Telling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.db = open_database(":memory:")
        self.world = make_world(self.db)
        self.people = (self.world.karen, self.world.jonas)
        self.now: datetime = MONDAY
        self.needs: list[int] = []
        self.suggestions: list[int] = []
        self.read_mails = 0
        self.somebody_follows(1, 0, "daily")
        self.somebody_follows(1, 3, "weekly")

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_clock_ticks(self) -> None:
        self.world.tell(self.now)
        self._what_was_told_now_was_public()

    @rule(days=st.integers(1, 8))
    def mornings_come(self, days: int) -> None:
        for _ in range(days):
            self.now = (self.now + timedelta(days=1)).replace(hour=8)
            self.the_clock_ticks()

    @rule(confidential=st.booleans(), state=st.sampled_from(["draft", "submitted", "published"]))
    def karen_writes(self, confidential: bool, state: str) -> None:
        world, number = self.world, len(self.needs)
        need = make_need(
            self.db, world.hospital, owner_id=world.karen.id, hub_id=world.hub, state="draft",
            title=f"Behov {number} om liggesår", confidential=int(confidential),
            published_at=None, created_at=to_text(self.now),
        )  # fmt: skip
        self.needs.append(need)
        if state != "draft":
            verb = needs.publish if state == "published" else needs.submit
            verb(self.db, need, actor=world.karen, now=self.now)
        moment = {"created_at": to_text(self.now), "updated_at": to_text(self.now)}
        self.suggestions.append(make_suggestion(self.db, need, world.capability, **moment))

    @precondition(lambda self: self.needs)
    @rule(
        place=st.integers(0, 9),
        move=st.sampled_from([needs.publish, needs.pause, needs.resume, needs.renew]),
    )
    def karen_moves(self, place: int, move: Callable[..., None]) -> None:
        need = self.needs[place % len(self.needs)]
        try:
            move(self.db, need, actor=self.world.karen, now=self.now)
        except WrongStateError:
            return

    @precondition(lambda self: self.needs)
    @rule(place=st.integers(0, 9))
    def anna_opens(self, place: int) -> None:
        need = self.needs[place % len(self.needs)]
        note_opening(self.db, need, actor=self.world.anna, now=self.now)

    @precondition(lambda self: self.suggestions)
    @rule(place=st.integers(0, 9), decision=st.sampled_from(["approve", "reject", "reopen"]))
    def anna_decides(self, place: int, decision: str) -> None:
        suggestion = self.suggestions[place % len(self.suggestions)]
        seen = get_standing(self.db, suggestion).sequence
        try:
            review_suggestion(
                self.db, suggestion, decision, reason="price", actor=self.world.anna,
                now=self.now, seen_sequence=seen,
            )  # fmt: skip
        except ReviewError:
            return

    @rule(
        who=st.integers(0, 1),
        what=st.integers(0, len(WATCHES) - 1),
        rhythm=st.sampled_from(["daily", "weekly"]),
    )
    def somebody_follows(self, who: int, what: int, rhythm: str) -> None:
        noun, asked = WATCHES[what]
        follow = {"rhythm": rhythm, "actor": self.people[who], "now": self.now}
        add_watch(self.db, noun, asked, name=f"Watch {what}", **follow)

    @rule(who=st.integers(0, 1))
    def somebody_follows_no_more(self, who: int) -> None:
        person = self.people[who]
        for watch in list_watches(self.db, person.id)[:1]:
            try:
                remove_watch(self.db, watch.id, actor=self.people[1 - who], now=self.now)
            except WatchNotFoundError:
                remove_watch(self.db, watch.id, actor=person, now=self.now)

    @rule(
        who=st.integers(0, 1),
        digest=st.sampled_from(["weekly", "none"]),
        steps=st.sampled_from(["digest", "each"]),
        alerts=st.sampled_from(["on", "off"]),
    )
    def somebody_chooses(self, who: int, digest: str, steps: str, alerts: str) -> None:
        wishes = MailWishes(digest, steps, alerts)
        keep_wishes(self.db, self.people[who].id, wishes, actor_id=None, now=self.now)

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        for person in self.people:
            told = Counter(fact for mail in self.world.mails(person) for fact in _facts(mail))
            assert [fact for fact, count in told.items() if count > 1] == []

    def _what_was_told_now_was_public(self) -> None:
        mails = self.world.mails(self.world.jonas)
        for mail in mails[self.read_mails :]:
            for title in _titles(mail["body_text"]):
                row = self.db.first("select * from need where title = ?", (title,))
                assert row is not None
                assert (row["state"], row["confidential"]) == ("published", 0)
        self.read_mails = len(mails)

    def teardown(self) -> None:
        self.db.close()


def _titles(text: str) -> list[str]:
    return [found[1] for line in text.split("\n") if (found := _ITEM.match(line))]


def _facts(mail: dict[str, str]) -> list[tuple[str, str]]:
    """Return what a mail says of which need; that a need is new is one fact however it is put."""
    if mail["kind"] == "need_received":
        return [(mail["subject"], "received")]
    if mail["kind"] == "need_step":
        said = [line[2:] for line in mail["body_text"].split("\n") if line.startswith("– ")]
        return [(mail["subject"].split(": ", 1)[1], _plain(line)) for line in said[:-2]]
    facts, title = [], ""
    for line in mail["body_text"].split("\n"):
        if found := _ITEM.match(line):
            title = found[1]
        elif line.startswith("  ") and "http" not in line and title:
            facts.append((title, _plain(line.strip())))
        elif not line.startswith("  "):
            title = ""
    return facts


def _plain(line: str) -> str:
    if line.startswith(("Fits", "Need ·")):
        return "it is there"
    return re.sub(r"\d+", "#", line.rsplit("(", 1)[0])


Telling.TestCase.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
TestNeverTwice = Telling.TestCase
