"""What is true of a hub whatever its people did, read from the log and told again in other words.

The rules stand here a second time on purpose: nothing of the product decides what it may do.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from matchmaker.audit.log import AuditEvent, list_all_events, list_events
from matchmaker.collaborations.collaboration import Collaboration, Party
from matchmaker.collaborations.views import get_dossier, get_proposal
from matchmaker.reviews.standing import get_standing
from tests.project.hub_people import Hub

#: The two mails that tell a party that it is over for them.
_ENDED = re.compile(r"collaboration-(?:closed|left-out)-(\d+)")
STEPS = {
    None: {"draft"},
    "draft": {"invited", "closed"},
    "invited": {"accepted", "closed"},
    "accepted": {"introduced"},
    "introduced": {"dialogue", "test", "agreement", "closed"},
    "dialogue": {"test", "agreement", "closed"},
    "test": {"dialogue", "agreement", "closed"},
    "agreement": {"test", "operation", "closed"},
    "operation": {"scaled", "closed"},
    "scaled": {"closed"},
    "closed": set(),
}
CHANGING = {"create", "invite", "accept", "introduce", "move", "close"}
ONLY_WHILE_INVITED = {"answer_yes", "answer_no", "answer_later", "remind", "replace", "remove"}
OPEN = {"suggested", "deferred", "referred"}
STATE_AFTER = {
    "approve": (OPEN, "approved"),
    "reject": (OPEN, "rejected"),
    "defer": (OPEN, "deferred"),
    "refer": (OPEN, "referred"),
    "reopen": ({"approved", "rejected", "deferred", "referred", "proposed"}, "suggested"),
}


def every_stage_is_reached_by_a_step_that_the_log_tells(hub: Hub) -> None:
    for one in hub.collaborations:
        stage, house, planned = None, None, False
        for event in list_events(hub.db, "collaboration", one.id):
            action = event.action.split(".")[1]
            planned |= event.action == "procurement.plan"
            if event.to_state is None:
                continue
            assert event.from_state == stage, event
            if event.to_state != stage:
                assert event.to_state in STEPS[stage], event
                assert action in CHANGING, event
                assert planned or event.to_state != "test", event
            assert action not in ONLY_WHILE_INVITED or stage == "invited", event
            if action == "hand_over":
                assert event.detail["from_hub_id"] == house
            house = event.detail.get("to_hub_id", event.detail.get("hub_id", house))
            stage = event.to_state
        assert (one.stage, one.hub_id) == (stage, house)


def every_suggestion_stands_where_the_log_leaves_it(hub: Hub) -> None:
    state = dict.fromkeys(hub.suggestions, "suggested")
    proposed: dict[int, list[int]] = {}
    for event in list_all_events(hub.db):
        if event.action == "collaboration.create":
            proposed[event.subject_id] = event.detail["suggestion_ids"]
            for suggestion in proposed[event.subject_id]:
                assert state[suggestion] == "approved", event
                state[suggestion] = "proposed"
        elif event.action == "collaboration.close" and event.from_state == "draft":
            state |= dict.fromkeys(proposed[event.subject_id], "approved")
        elif event.action == "collaboration.replace":
            joined = _suggestions_of(hub, event.detail["successor_id"])
            state |= dict.fromkeys(
                (each for each in joined if state[each] == "approved"), "proposed"
            )
        elif event.action == "suggestion.return" and state[event.subject_id] == "proposed":
            state[event.subject_id] = "suggested"
        elif event.action.startswith("review."):
            before, after = STATE_AFTER[event.action.split(".")[1]]
            assert event.from_state == state[event.subject_id], event
            assert (event.from_state in before, event.to_state) == (True, after), event
            state[event.subject_id] = after
    standing = {each: get_standing(hub.db, each).state for each in hub.suggestions}
    assert standing == state


def no_two_decisions_contradict(hub: Hub) -> None:
    """Between two verdicts on one suggestion somebody took the first one back."""
    for suggestion in hub.suggestions:
        settled, sequences = False, []
        for event in list_events(hub.db, "suggestion", suggestion):
            if event.action == "suggestion.return":
                settled = False
                continue
            sequences.append(event.detail["sequence"])
            verdict = event.action in ("review.approve", "review.reject")
            assert not (settled and verdict), event
            settled = verdict
        assert sequences == [*range(1, len(sequences) + 1)]


def every_case_has_one_owner_at_a_time(hub: Hub) -> None:
    for need in hub.needs:
        house, given = hub.world.hub, Counter[int]()
        for event in list_events(hub.db, "need", need):
            if event.action == "need.hand_over":
                assert event.detail["from_hub_id"] == house
                house = event.detail["to_hub_id"]
            elif event.action.startswith("case."):
                given[event.detail["hub_id"]] += 1
                assert event.detail["sequence"] == given[event.detail["hub_id"]]
        assert hub.db["need"].get(need)["hub_id"] == house


def nobody_is_approached_more_often_than_they_allow(hub: Hub) -> None:
    asked: dict[tuple[str, int, str], set[int]] = defaultdict(set)
    parties = {party.id: party for one in hub.collaborations for party in one.everybody}
    for event in list_all_events(hub.db):
        if event.action in ("collaboration.invite", "collaboration.replace"):
            ids = event.detail.get("party_ids") or [event.detail["successor_id"]]
            for party in (parties[id] for id in ids):
                if party.is_need or party.kind == "testbed":
                    asked[(*_profile(party), _danish_month(event.at))].add(event.subject_id)
    for (noun, profile, month), collaborations in asked.items():
        allowed = hub.db[noun].get(profile)["approaches_per_month"]
        assert len(collaborations) <= (4 if allowed is None else allowed), (noun, profile, month)


def nobody_is_known_before_all_have_said_yes(hub: Hub) -> None:
    for one in hub.collaborations:
        if one.introduced_at:
            assert {party.last and party.last.answer for party in one.parties} == {"yes"}
            continue
        assert {view.contact for view in get_dossier(hub.db, one.id).views} == {None}
        for party in one.parties:
            if party.invited_at:
                _check_shown(hub, one, party)


def _check_shown(hub: Hub, one: Collaboration, party: Party) -> None:
    proposal = get_proposal(hub.db, one.id, party.id)
    shown = repr(proposal.others)
    for other in one.everybody:
        person = hub.contacts[other.account_id]
        if other.account_id != party.account_id:
            contact = (person.name, person.email, person.phone)
            assert not any(known and known in shown for known in contact)
        if other.is_need and hub.db["need"].get(other.need_id)["confidential"]:
            agreed = other.answer_in(one.circle) == "yes"
            assert agreed or party.id == other.id or other.organisation_name not in shown


def no_mail_names_who_is_not_known_yet(hub: Hub) -> None:
    met = [
        ({party.account_id for party in one.everybody}, one.introduced_at)
        for one in hub.collaborations if one.introduced_at
    ]  # fmt: skip
    staff = {person.id for person in hub.staff}
    for mail in hub.db.rows("select account_id, kind, body_text, created_at from outbox_mail"):
        for other in hub.contacts.values():
            if mail["account_id"] not in staff | {other.id} and other.email in mail["body_text"]:
                pair = {mail["account_id"], other.id}
                assert any(pair <= who and at <= mail["created_at"] for who, at in met), mail[
                    "kind"
                ]


def nobody_is_mailed_twice_about_one_thing(hub: Hub) -> None:
    said, ended = Counter[tuple[object, ...]](), Counter[tuple[int, str]]()
    for mail in hub.db.rows("select key, kind, account_id from outbox_mail"):
        thing = mail["key"].removesuffix(f"-{mail['account_id']}")
        said[(mail["account_id"], mail["kind"], thing)] += 1
        if found := _ENDED.match(mail["key"]):
            ended[(mail["account_id"], found[1])] += 1
    assert [thing for thing, count in (said | ended).items() if count > 1] == []


def all_who_take_part_are_introduced_once(hub: Hub) -> None:
    told = Counter(
        row["key"] for row in hub.db.rows("select key from outbox_mail where kind = 'introduction'")
    )
    assert told == Counter(
        f"collaboration-introduction-{party.id}"
        for one in hub.collaborations if one.introduced_at
        for party in one.parties
    )  # fmt: skip


def a_testbed_has_one_guest_at_a_time(hub: Hub) -> None:
    rows = hub.db.rows(
        "select b.* from testbed_booking b join collaboration c on c.id = b.collaboration_id"
        " where b.cancelled_at is null and c.stage <> 'closed'"
    )
    for one, other in combinations(rows, 2):
        apart = one["ends_on"] < other["starts_on"] or other["ends_on"] < one["starts_on"]
        assert apart or one["capability_id"] != other["capability_id"], (one, other)


def owners_stand_in_the_joint_need_as_they_said(hub: Hub) -> None:
    state = dict.fromkeys(hub.needs, "proposed")
    for event in list_events(hub.db, "joint_need", hub.joint_need):
        if event.action == "joint_need.ask":
            state |= dict.fromkeys(event.detail["need_ids"], "asked")
        elif event.action in ("joint_need.join", "joint_need.stay_out"):
            assert event.from_state == state[event.detail["need_id"]]
            state[event.detail["need_id"]] = str(event.to_state)
    kept = hub.db.rows("select need_id, state from joint_need_member")
    assert {row["need_id"]: row["state"] for row in kept} == state


#: What is kept, and how many times the log tells of it.
KEPT = {
    "select count(*) from review": "review.%",
    "select count(*) from interest": "collaboration.answer%",
    "select count(*) from case_assignment": "case.%",
    "select coalesce(sum(version), 0) from task": "collaboration.task%",
    "select count(*) from testbed_booking": "collaboration.book",
    "select count(*) from testbed_booking where cancelled_at is not null": "collaboration.unbook",
    "select count(*) from outbox_mail where kind = 'reminder'": "collaboration.remind",
    "select count(*) from collaboration_suggestion where released_at is not null": (
        "suggestion.return"
    ),
    "select count(*) from disclosure": "collaboration.disclose",
    "select count(*) from purchase_plan": "procurement.plan",
}


def all_that_is_kept_is_in_the_log(hub: Hub) -> None:
    events: list[AuditEvent] = list_all_events(hub.db)
    for query, action in KEPT.items():
        kept = hub.db.execute(query).fetchone()[0]
        stem = action.removesuffix("%")
        fits = str.startswith if action.endswith("%") else str.__eq__
        assert kept == sum(fits(event.action, stem) for event in events), query
    shown = hub.db.rows("select item_id from procurement_contact where kind = 'proposal'")
    asked = hub.db.rows(
        "select id from collaboration_party where invited_at is not null and need_id is null"
    )
    assert Counter(row["item_id"] for row in shown) == Counter(row["id"] for row in asked)


def _profile(party: Party) -> tuple[str, int]:
    if party.need_id is not None:
        return "need", party.need_id
    return "capability", party.capability_id or 0


def _suggestions_of(hub: Hub, party_id: int) -> list[int]:
    """Return the suggestion, if any, that stands behind a party that took another's place."""
    rows = hub.db.rows(
        "select s.id from collaboration_party p join collaboration_party n"
        " on n.collaboration_id = p.collaboration_id and n.need_id is not null"
        " join suggestion s on s.need_id = n.need_id and s.capability_id = p.capability_id"
        " where p.id = ?",
        (party_id,),
    )
    return [row["id"] for row in rows]


def _danish_month(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo('Europe/Copenhagen')):%Y-%m}"


TRUTHS: Sequence[Callable[[Hub], None]] = (
    every_stage_is_reached_by_a_step_that_the_log_tells,
    every_suggestion_stands_where_the_log_leaves_it,
    no_two_decisions_contradict,
    every_case_has_one_owner_at_a_time,
    nobody_is_approached_more_often_than_they_allow,
    nobody_is_known_before_all_have_said_yes,
    no_mail_names_who_is_not_known_yet,
    nobody_is_mailed_twice_about_one_thing,
    all_who_take_part_are_introduced_once,
    a_testbed_has_one_guest_at_a_time,
    owners_stand_in_the_joint_need_as_they_said,
    all_that_is_kept_is_in_the_log,
)
