"""What the people of a hub do by chance, rightly or not."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.alerts.telling import tell_due
from matchmaker.casework.bookings import book_testbed, cancel_booking
from matchmaker.casework.errors import CaseworkError, CaseworkNotFoundError
from matchmaker.casework.tasks import TaskDraft, add_task, tick_task
from matchmaker.clock import danish_day
from matchmaker.collaborations.answering import answer_proposal
from matchmaker.collaborations.collaboration import CLOSE_REASONS, STAGES, Collaboration
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.errors import CollaborationError, CollaborationNotFoundError
from matchmaker.collaborations.following import close, hand_over, move_stage
from matchmaker.collaborations.inviting import invite, remove_party, replace_party
from matchmaker.collaborations.releasing import release_passed
from matchmaker.collaborations.reminding import remind_due
from matchmaker.outcomes.chasing import chase_outcomes
from matchmaker.pooling import actions as pooling
from matchmaker.pooling.joint_need import NotAskedError, StaleJointNeedError
from matchmaker.pooling.queries import get_joint_need
from matchmaker.procurement.errors import ProcurementError
from matchmaker.procurement.plan import PlanAnswers
from matchmaker.procurement.planning import save_plan
from matchmaker.reasons import LEAVING_REASONS, REASONS
from matchmaker.reviews.actions import reopen_suggestions, review_suggestion
from matchmaker.reviews.assigning import hand_to_colleague, hand_to_hub, take_case
from matchmaker.reviews.digest import send_digests
from matchmaker.reviews.owning import CaseTakenError, ColleagueError, ReceiverError, get_holding
from matchmaker.reviews.review import ReviewError
from matchmaker.reviews.standing import get_standing
from tests.collaborations.conftest import LINKS
from tests.project.hub_people import Hub

#: What the domain answers to who may not, is too late, or forgot something; all else is a fault.
REFUSALS = (
    ReviewError, CaseTakenError, ColleagueError, ReceiverError, CollaborationError,
    CollaborationNotFoundError, CaseworkError, CaseworkNotFoundError, ProcurementError,
    NotPermittedError, NotAskedError, StaleJointNeedError,
)  # fmt: skip
Deed = Callable[[Hub, Random], None]


def act(hub: Hub, deed: Deed, chance: Random) -> None:
    """Do it; the domain may say no, and nothing has changed then, which the truths show."""
    with contextlib.suppress(*REFUSALS):
        deed(hub, chance)


def _values(hub: Hub, actor: Account, **more: Any) -> dict[str, Any]:
    return {"actor": actor, "now": hub.clock.tick(), **more}


def _one(hub: Hub, chance: Random, *stages: str) -> Collaboration:
    """Return a collaboration, mostly at one of these stages."""
    all = hub.collaborations
    fitting = [each for each in all if each.stage in stages]
    if not all:
        raise CollaborationNotFoundError
    return chance.choice(fitting if fitting and chance.random() < 0.9 else all)


def _somebody(hub: Hub, chance: Random, one: Collaboration) -> Account:
    """Return mostly somebody who takes part."""
    if chance.random() < 0.3:
        return chance.choice(hub.everybody)
    return hub.contacts[chance.choice(one.everybody).account_id]


def _seen(chance: Random, number: int) -> int:
    """Return what the page showed, which now and then is out of date."""
    return number - (number > 0 and chance.random() < 0.15)


def time_passes(hub: Hub, chance: Random) -> None:
    hub.clock.tick(hours=chance.choice((1, 7, 24, 24, 170, 500)))


def staff_review(hub: Hub, chance: Random) -> None:
    suggestion = chance.choice(hub.suggestions)
    before = get_standing(hub.db, suggestion)
    now = hub.clock.tick()
    review_suggestion(
        hub.db, suggestion,
        chance.choice(("approve", "reopen", "reject", "defer", "refer")),
        actor=chance.choice(hub.staff), now=now, reason=chance.choice(REASONS),
        seen_sequence=_seen(chance, before.sequence), overrule=chance.random() < 0.2,
        defer_until=danish_day(now) + timedelta(days=chance.randint(0, 3)),
        refer_to_id=chance.choice((hub.world.hub, hub.world.other_hub)),
    )  # fmt: skip


def staff_undo(hub: Hub, chance: Random) -> None:
    some = chance.sample(hub.suggestions, 4)
    reopen_suggestions(hub.db, some, **_values(hub, chance.choice(hub.staff)))


def staff_give_cases(hub: Hub, chance: Random) -> None:
    need, actor = chance.choice([*hub.needs]), chance.choice(hub.everybody[:5])
    here = chance.choice((hub.world.hub, hub.world.other_hub))
    holding = get_holding(hub.db, need, here)
    values = _values(hub, actor, seen_sequence=_seen(chance, holding.sequence))
    way = chance.randrange(3)
    if way == 0:
        take_case(hub.db, need, here, **values)
    elif way == 1:
        other = chance.choice(hub.everybody[:5]).id
        hand_to_colleague(hub.db, need, here, other, links=LINKS, **values)
    else:
        there = chance.choice((hub.world.hub, hub.world.other_hub))
        hand_to_hub(hub.db, need, here, there, links=LINKS, **values)
    assert here in actor.hub_ids


def staff_propose(hub: Hub, chance: Random) -> None:
    need = chance.choice([*hub.needs])
    approved = [
        each for each in hub.suggestions
        if hub.db["suggestion"].get(each)["need_id"] == need
        and (get_standing(hub.db, each).state == "approved" or chance.random() < 0.1)
    ]  # fmt: skip
    chosen = chance.sample(approved, min(len(approved), chance.choice((1, 1, 2))))
    offers = [hub.db["suggestion"].get(each)["capability_id"] for each in chosen]
    if chance.random() < 0.6:
        testbeds = hub.db.rows("select id from capability where kind = 'testbed' order by id")
        offers = list(dict.fromkeys([*offers, chance.choice(testbeds)["id"]]))
    parties = [PartyDraft(hub.needs[need].id, need_id=need)]
    parties += [PartyDraft(hub.offers[each].id, capability_id=each) for each in offers]
    draft = Draft("Liggesår", "da", "Vi tror, at I kan tale om det.", tuple(chosen), (*parties,))
    actor = chance.choice(hub.staff)
    made = create_draft(hub.db, draft, **_values(hub, actor))
    if chance.random() < 0.8:
        invite(hub.db, made, **_values(hub, actor, links=LINKS))


def staff_invite(hub: Hub, chance: Random) -> None:
    one = _one(hub, chance, "draft")
    version = _seen(chance, one.version)
    values = _values(hub, chance.choice(hub.staff), links=LINKS)
    invite(hub.db, one.id, version=version, **values)


def somebody_answers(hub: Hub, chance: Random) -> None:
    party = chance.choice(_one(hub, chance, "invited").everybody)
    asked = hub.contacts[party.account_id]
    actor = asked if chance.random() < 0.8 else chance.choice(hub.everybody)
    values = _values(hub, actor, links=LINKS, reason=chance.choice(REASONS))
    values["later_on"] = danish_day(values["now"]) + timedelta(days=chance.randint(0, 9))
    answer = chance.choice(("yes", "yes", "no", "later"))
    answer_proposal(hub.db, party.id, answer, **values)
    assert actor == asked


def all_say_yes(hub: Hub, chance: Random) -> None:
    for party in _one(hub, chance, "invited").parties:
        actor = hub.contacts[party.account_id]
        answer_proposal(hub.db, party.id, "yes", **_values(hub, actor, links=LINKS))


def staff_change_the_circle(hub: Hub, chance: Random) -> None:
    one = _one(hub, chance, "invited")
    party = chance.choice(one.everybody)
    values = _values(hub, chance.choice(hub.staff), links=LINKS)
    values |= {"reason": chance.choice(LEAVING_REASONS), "version": _seen(chance, one.version)}
    if chance.random() < 0.4:
        remove_party(hub.db, one.id, party.id, **values)
    else:
        offer, contact = chance.choice([*hub.offers.items()])
        successor = PartyDraft(contact.id, capability_id=offer)
        replace_party(hub.db, one.id, party.id, successor, **values)


def somebody_moves_on(hub: Hub, chance: Random) -> None:
    one = _one(hub, chance, "introduced", "dialogue", "test", "agreement", "operation")
    stage = chance.choice(one.next_stages if one.next_stages else STAGES)
    actor = _somebody(hub, chance, one)
    move_stage(hub.db, one.id, stage, version=_seen(chance, one.version), **_values(hub, actor))
    parties = {party.account_id for party in one.parties}
    assert actor.is_hub_staff or actor.id in parties


def somebody_plans_the_purchase(hub: Hub, chance: Random) -> None:
    one, actor = _one(hub, chance, "introduced", "dialogue"), chance.choice(hub.everybody)
    answers = PlanAnswers("tender", "near", "The procurement office", "small_test")
    save_plan(hub.db, one.id, answers, **_values(hub, actor))
    assert actor.is_hub_staff or actor == hub.needs[one.need_id or 0]


def staff_close(hub: Hub, chance: Random) -> None:
    one, reason = _one(hub, chance, *STAGES[:-1]), chance.choice(CLOSE_REASONS)
    close(hub.db, one.id, reason, **_values(hub, chance.choice(hub.staff), links=LINKS))


def staff_hand_over(hub: Hub, chance: Random) -> None:
    one, there = _one(hub, chance), chance.choice((hub.world.hub, hub.world.other_hub))
    values = _values(hub, chance.choice(hub.staff), links=LINKS)
    hand_over(hub.db, one.id, there, version=_seen(chance, one.version), **values)


def somebody_works_on_tasks(hub: Hub, chance: Random) -> None:
    one = _one(hub, chance, *STAGES[3:-1])
    actor = _somebody(hub, chance, one)
    values = _values(hub, actor)
    known = hub.db.rows("select id from task")
    if known and chance.random() < 0.5:
        tick_task(hub.db, chance.choice(known)["id"], done=chance.random() < 0.6, **values)
        return
    audience = chance.choice(("hub", "parties"))
    responsible = _somebody(hub, chance, one).id
    draft = TaskDraft("Send aftalen", danish_day(values["now"]), responsible, audience)
    add_task(hub.db, one.id, draft, **values)
    assert actor.is_hub_staff or actor.id in {party.account_id for party in one.parties}


def somebody_books(hub: Hub, chance: Random) -> None:
    one = _one(hub, chance, *STAGES[3:-1])
    actor = _somebody(hub, chance, one)
    values = _values(hub, actor, links=LINKS)
    known = hub.db.rows("select id from testbed_booking")
    if known and chance.random() < 0.25:
        cancel_booking(hub.db, chance.choice(known)["id"], **values)
        return
    start = danish_day(values["now"]) + timedelta(days=chance.randint(-1, 12))
    period = (start, start + timedelta(days=chance.randint(-1, 9)))
    testbed = chance.choice([party.capability_id for party in one.everybody if not party.is_need])
    book_testbed(hub.db, one.id, testbed or 0, period, **values)


def somebody_pools(hub: Hub, chance: Random) -> None:
    joint, need = get_joint_need(hub.db, hub.joint_need), chance.choice([*hub.needs])
    actor = hub.needs[need] if chance.random() < 0.4 else chance.choice(hub.everybody)
    values = _values(hub, actor)
    if joint.state == "proposed":
        version = _seen(chance, joint.version)
        pooling.ask(hub.db, joint.id, "Liggesår", version=version, links=LINKS, **values)
        return
    answer = pooling.join if chance.random() < 0.8 else pooling.stay_out
    answer(hub.db, joint.id, need, **values)
    assert actor == hub.needs[need]


def the_clock_tells(hub: Hub, chance: Random) -> None:
    tell_due(hub.db, links=LINKS, now=hub.clock.tick())


def the_morning_comes(hub: Hub, chance: Random) -> None:
    now = hub.clock.tick()
    remind_due(hub.db, links=LINKS, now=now)
    release_passed(hub.db, now=now)
    send_digests(hub.db, links=LINKS, now=now)
    chase_outcomes(hub.db, links=LINKS, now=now)


DEEDS: Sequence[Deed] = (
    time_passes, staff_review, staff_undo, staff_give_cases, staff_propose, staff_propose,
    staff_invite, somebody_answers, somebody_answers, all_say_yes, staff_change_the_circle,
    somebody_moves_on,
    somebody_plans_the_purchase, staff_close, staff_hand_over, somebody_works_on_tasks,
    somebody_books, somebody_books, somebody_pools, the_clock_tells, the_morning_comes,
)  # fmt: skip
