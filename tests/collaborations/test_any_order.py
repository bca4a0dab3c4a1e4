"""Random people do random things: what must never happen does not, and the log tells all."""

import json
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from matchmaker.audit.log import list_events
from matchmaker.clock import to_moment
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.asking import ask_hub
from matchmaker.collaborations.attention import danish_month
from matchmaker.collaborations.collaboration import CLOSE_REASONS, STAGES, Collaboration
from matchmaker.collaborations.draft import PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.collaborations.following import close, move_stage
from matchmaker.collaborations.inviting import invite, remove_party, replace_party
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.collaborations.reminding import remind_due
from matchmaker.collaborations.views import get_dossier, get_proposal
from matchmaker.database import open_database
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.review import DECISIONS, REASONS, ReviewError
from matchmaker.reviews.standing import get_standing
from tests.collaborations.conftest import LINKS, make_world
from tests.factories import NOW, make_account, make_capability, make_organisation

OPEN_STAGES = ("introduced", "dialogue", "test", "agreement", "operation", "scaled")
PLACES = st.integers(0, 2)


class Hub(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.db = open_database(":memory:")
        self.world = make_world(self.db)
        self.now = NOW
        self.ids: list[int] = []
        lab = make_organisation(self.db, kind="municipality", name="Bæk Kommune")
        self.maja = make_account(self.db, lab, "editor", name="Maja Bech")
        self.place = make_capability(self.db, lab, kind="testbed", owner_id=self.maja.id)
        self.contacts = (
            self.world.karen, self.world.jonas, self.world.tina, self.maja,
        )  # fmt: skip

    @property
    def collaborations(self) -> list[Collaboration]:
        return [get_collaboration(self.db, id) for id in self.ids]

    @rule(hours=st.integers(1, 400))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        place=st.integers(0, 1),
        decision=st.sampled_from(DECISIONS),
        reason=st.sampled_from(REASONS),
        stale=st.booleans(),
    )
    def staff_review(self, place: int, decision: str, reason: str, stale: bool) -> None:
        suggestion = self.world.suggestions[place]
        before = get_standing(self.db, suggestion)
        try:
            review_suggestion(
                self.db,
                suggestion,
                decision,
                actor=self.world.staff,
                now=self.now,
                seen_sequence=before.sequence - stale,
                reason=reason,
                note="",
                defer_until=(self.now + timedelta(days=3)).date(),
                refer_to_id=self.world.other_hub,
            )
        except ReviewError:
            assert get_standing(self.db, suggestion) == before

    @rule(alone=st.booleans(), hidden=st.booleans(), send=st.booleans())
    def staff_propose(self, alone: bool, hidden: bool, send: bool) -> None:
        parties = self.world.hide() if hidden else self.world.draft().parties
        draft = self.world.draft(
            parties=parties[:2] if alone else parties,
            suggestion_ids=self.world.suggestions[:1] if alone else self.world.suggestions,
        )
        try:
            self.ids.append(create_draft(self.db, draft, actor=self.world.staff, now=self.now))
        except CollaborationError:
            return
        if send:
            self.staff_invite()

    @precondition(lambda self: self.ids and self.collaborations[-1].stage == "draft")
    @rule()
    def staff_sends_the_draft(self) -> None:
        self.staff_invite()

    def staff_invite(self) -> None:
        try:
            invite(self.db, self.ids[-1], links=LINKS, actor=self.world.staff, now=self.now)
        except CollaborationError:
            return

    @precondition(lambda self: self.ids)
    @rule(
        person=st.sampled_from([None, None, 0, 1, 2, 3]),
        place=PLACES,
        answer=st.sampled_from(["yes", "no", "later"]),
        reason=st.sampled_from(REASONS),
    )
    def somebody_answers(self, person: int | None, place: int, answer: str, reason: str) -> None:
        parties = self.collaborations[-1].everybody
        party = parties[place % len(parties)]
        asked = next(a for a in self.contacts if a.id == party.account_id)
        actor = asked if person is None else self.contacts[person]
        try:
            answer_proposal(
                self.db,
                party.id,
                answer,
                actor=actor,
                links=LINKS,
                now=self.now,
                reason=reason,
                later_on=(self.now + timedelta(days=9)).date(),
            )
        except CollaborationError:
            return
        assert actor == asked

    @precondition(lambda self: self.ids)
    @rule()
    def everybody_agrees(self) -> None:
        for party in self.collaborations[-1].parties:
            actor = next(a for a in self.contacts if a.id == party.account_id)
            try:
                answer_proposal(self.db, party.id, "yes", actor=actor, links=LINKS, now=self.now)
            except CollaborationError:
                return

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, replaced=st.booleans())
    def staff_change_the_circle(self, place: int, replaced: bool) -> None:
        parties = self.collaborations[-1].parties
        party = parties[place % len(parties)]
        values = {
            "reason": "capacity",
            "links": LINKS,
            "actor": self.world.staff,
            "now": self.now,
        }
        try:
            if replaced:
                successor = PartyDraft(self.maja.id, capability_id=self.place)
                replace_party(self.db, self.ids[-1], party.id, successor, **values)
            else:
                remove_party(self.db, self.ids[-1], party.id, **values)
        except CollaborationError:
            return

    @precondition(lambda self: self.ids)
    @rule(person=st.integers(0, 3), place=PLACES)
    def somebody_asks(self, person: int, place: int) -> None:
        parties = self.collaborations[-1].everybody
        try:
            ask_hub(
                self.db,
                parties[place % len(parties)].id,
                "How many?",
                actor=self.contacts[person],
                links=LINKS,
                now=self.now,
            )
        except CollaborationError:
            return

    @precondition(lambda self: self.ids)
    @rule(person=st.integers(0, 4), stage=st.sampled_from(STAGES))
    def somebody_moves_the_stage(self, person: int, stage: str) -> None:
        actor = (*self.contacts, self.world.staff)[person]
        before = self.collaborations[-1]
        try:
            move_stage(self.db, before.id, stage, actor=actor, now=self.now)
        except CollaborationError:
            return
        assert before.contacts_are_open

    @precondition(lambda self: self.ids and self.collaborations[-1].stage != "draft")
    @rule(reason=st.sampled_from(CLOSE_REASONS))
    def staff_close(self, reason: str) -> None:
        try:
            close(self.db, self.ids[-1], reason, links=LINKS, actor=self.world.staff, now=self.now)
        except CollaborationError:
            return

    @rule()
    def the_calendar_reminds(self) -> None:
        remind_due(self.db, links=LINKS, now=self.now)
        assert remind_due(self.db, links=LINKS, now=self.now) == 0

    @invariant()
    def no_contact_is_seen_before_all_have_said_yes(self) -> None:
        for collaboration in self.collaborations:
            if collaboration.contacts_are_open:
                assert {party.last and party.last.answer for party in collaboration.parties} == {
                    "yes"
                }
                continue
            assert {v.contact for v in get_dossier(self.db, collaboration.id).views} == {None}
            for party in collaboration.parties:
                if party.invited_at:
                    proposal = get_proposal(self.db, collaboration.id, party.id)
                    assert {view.contact for view in proposal.others} == {None}

    @invariant()
    def no_mail_before_the_introduction_names_another_person(self) -> None:
        for mail in self.db.rows(
            "select recipient, body_text, kind from outbox_mail where kind not in"
            " ('introduction', 'question', 'declined')"
        ):
            for contact in self.contacts:
                if contact.email != mail["recipient"]:
                    assert contact.name not in mail["body_text"]
                    assert contact.email not in mail["body_text"]

    @invariant()
    def nobody_is_introduced_twice_or_without_the_others(self) -> None:
        rows = self.db.rows(
            "select count(*) as mails, count(distinct key) as keys from outbox_mail"
            " where kind = 'introduction'"
        )
        introduced = [c for c in self.collaborations if c.contacts_are_open]
        expected = sum(len(collaboration.parties) for collaboration in introduced)
        assert rows == [{"mails": expected, "keys": expected}]

    @invariant()
    def the_log_tells_every_stage_without_a_gap(self) -> None:
        for collaboration in self.collaborations:
            stage = None
            for event in list_events(self.db, "collaboration", collaboration.id):
                if event.to_state is not None:
                    assert event.from_state == stage
                    stage = event.to_state
            assert stage == collaboration.stage

    @invariant()
    def every_answer_and_decision_is_in_the_log(self) -> None:
        kept = self.db.first(
            "select (select count(*) from interest) as answers,"
            " (select count(*) from review) as reviews,"
            " (select count(*) from audit_event where action like 'collaboration.answer%') as told,"
            " (select count(*) from audit_event where action like 'review.%') as logged"
        )
        assert kept is not None
        assert kept["answers"] == kept["told"]
        assert kept["reviews"] == kept["logged"]

    @invariant()
    def attention_is_never_overdrawn(self) -> None:
        moments = [to_moment(c.invited_at) for c in self.collaborations if c.invited_at]
        months = [danish_month(moment) for moment in moments if moment]
        assert all(months.count(month) <= 2 for month in months)

    @invariant()
    def the_log_holds_no_names(self) -> None:
        details = json.dumps(self.db.rows("select detail from audit_event"))
        assert not any(contact.name in details for contact in self.contacts)

    def teardown(self) -> None:
        self.db.close()


Hub.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestAnyOrder = Hub.TestCase
