"""Whatever anybody does to needs in any order, the states, the log and the board agree."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.database import open_database
from matchmaker.needs import actions
from matchmaker.needs.need import CLOSE_REASONS, MOVES, STATES, Answers
from matchmaker.needs.queries import get_need, list_published
from matchmaker.outbox.links import Links
from matchmaker.profiles.errors import NotAllowedError, StaleVersionError, WrongStateError
from matchmaker.profiles.reading import Search
from matchmaker.profiles.register import last_content
from tests.factories import NOW, make_account, make_hub, make_organisation

_PEOPLE = ("owner", "colleague", "staff", "stranger")
_VERBS = ("submit", "publish", "pause", "resume", "renew")
_LINKS = Links("https://hub.example", "secret")


class NeedLife(RuleBasedStateMachine):
    """One need, four people, and a clock that only goes forward."""

    @initialize()
    def begin(self) -> None:
        self.db = open_database(":memory:")
        hub = make_hub(self.db)
        hospital = make_organisation(self.db, kind="hospital")
        self.people: dict[str, Account] = {
            "owner": make_account(self.db, hospital, "member"),
            "colleague": make_account(self.db, hospital, "member"),
            "staff": make_account(self.db, hub, "hub_staff"),
            "stranger": make_account(self.db, make_organisation(self.db)),
        }
        self.now: datetime = NOW
        self.state, self.version = "draft", 1
        self.need_id = actions.save_draft(
            self.db,
            Answers("Vi løfter for tungt."),
            organisation_id=hospital,
            actor=self.people["owner"],
            now=self.now,
        )

    def may_change(self, who: str) -> bool:
        return who == "owner" or (who == "staff" and self.state != "draft")

    @rule(who=st.sampled_from(_PEOPLE), verb=st.sampled_from(_VERBS))
    def move(self, who: str, verb: str) -> None:
        act = getattr(actions, verb)
        following = MOVES[verb].get(self.state)
        if not self.may_change(who):
            expected: type[Exception] | None = NotAllowedError
        else:
            expected = None if following else WrongStateError
        if expected is not None:
            with pytest.raises(expected):
                act(self.db, self.need_id, actor=self.people[who], now=self.now)
            return
        act(self.db, self.need_id, actor=self.people[who], now=self.now)
        assert following is not None
        self.state = following

    @rule(who=st.sampled_from(("owner", "staff")), reason=st.sampled_from(CLOSE_REASONS))
    def close(self, who: str, reason: str) -> None:
        if self.state != "closed" and self.may_change(who):
            actions.close(self.db, self.need_id, reason, actor=self.people[who], now=self.now)
            self.state = "closed"

    @rule(text=st.text(alphabet="abc æøå.", max_size=20), late=st.booleans())
    def change(self, text: str, late: bool) -> None:
        answers = Answers("Vi løfter for tungt.", extent=text)
        seen = self.version - 1 if late else self.version
        before = last_content(self.db, actions.NEEDS, self.need_id)
        assert before is not None
        differs = before["extent"] != text
        owner, at = self.people["owner"], self.now
        expected = WrongStateError if self.state == "closed" else StaleVersionError
        if self.state == "closed" or (late and differs):
            with pytest.raises(expected):
                actions.change(self.db, self.need_id, answers, version=seen, actor=owner, now=at)
            return
        changed = actions.change(self.db, self.need_id, answers, version=seen, actor=owner, now=at)
        assert changed is differs
        self.version += changed

    @rule(days=st.integers(1, 200))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        ended = actions.expire_due(self.db, _LINKS, now=self.now)
        if ended:
            assert ended == [self.need_id]
            assert self.state in ("published", "paused")
            self.state = "expired"

    @invariant()
    def everything_agrees(self) -> None:
        need = get_need(self.db, self.need_id)
        assert (need.state, need.version) == (self.state, self.version)
        assert need.state in STATES
        assert list_published(self.db, Search({})).total == (self.state == "published")
        assert (need.close_reason is not None) == (self.state == "closed")
        if self.state in ("published", "paused"):
            assert need.expires_at is not None
        states = [
            (event.from_state, event.to_state)
            for event in list_events(self.db, "need", self.need_id)
        ]
        assert states[-1][1] == self.state
        followed = pairwise(states)
        assert all(after == before for (_, after), (before, _) in followed)

    @invariant()
    def nobody_is_mailed_twice_for_one_date(self) -> None:
        keys = [row["key"] for row in self.db.rows("select key from outbox_mail")]
        assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()


NeedLife.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestNeedLife = NeedLife.TestCase
