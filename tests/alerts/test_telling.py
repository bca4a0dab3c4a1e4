"""Everybody hears what is new for them: at once, each morning or each Monday, never twice."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.accounts.actions import erase_account
from matchmaker.accounts.export import export_account
from matchmaker.alerts.opening import note_opening
from matchmaker.alerts.watching import add_watch
from matchmaker.alerts.wishes import MailWishes, keep_wishes, turn_off
from matchmaker.needs import actions as needs
from matchmaker.needs.need import Answers
from matchmaker.reviews.actions import review_suggestion
from tests.alerts.conftest import MONDAY, World
from tests.factories import make_capability, make_need, make_suggestion

PROBLEM = "Vi opdager liggesår for sent hos borgere, der sidder i kørestol hele dagen."


def post(world: World, title: str = "Sår hos borgere i kørestol", now: datetime = MONDAY) -> int:
    answers = Answers(problem=PROBLEM, title=title)
    need = needs.save_draft(
        world.db, answers, organisation_id=world.hospital, actor=world.karen, now=now
    )
    needs.publish(world.db, need, actor=world.karen, now=now)
    return need


def later(**by: int) -> datetime:
    return MONDAY + timedelta(**by)


def test_the_owner_hears_at_once_that_the_need_was_received(world: World) -> None:
    post(world)
    assert world.tell(later(minutes=1)) == 1
    assert world.tell(later(minutes=2)) == 0
    (mail,) = world.mails(world.karen)
    assert mail["kind"] == "need_received"
    assert mail["subject"] == "Vi har modtaget dit behov: Sår hos borgere i kørestol"
    assert "Hub Syddanmark" in mail["body_text"]
    assert json.loads(mail["headers"]) == {}, "it tells of a step of one's own; there is no list"


def test_who_read_it_comes_with_the_weekly_mail_and_only_there(world: World) -> None:
    need = post(world)
    note_opening(world.db, need, actor=world.anna, now=later(hours=1))
    for day in range(1, 9):
        world.tell(later(days=day))
    (digest,) = world.mails(world.karen, "digest")
    assert digest["created_at"].startswith("2026-11-30")
    assert "Læst af Anna Riis" in digest["body_text"]


def test_who_wants_each_step_gets_it_at_once_and_not_again_in_the_digest(world: World) -> None:
    keep_wishes(
        world.db, world.karen.id, MailWishes(steps="each"), actor_id=world.karen.id, now=MONDAY
    )
    need = post(world)
    note_opening(world.db, need, actor=world.anna, now=later(hours=1))
    assert world.tell(later(hours=2)) == 2
    assert [mail["kind"] for mail in world.mails(world.karen)] == ["need_received", "need_step"]
    for day in range(1, 9):
        world.tell(later(days=day))
    assert len(world.mails(world.karen)) == 2


def test_nothing_new_means_no_mail(world: World) -> None:
    for day in range(15):
        assert world.tell(later(days=day)) == 0


def test_who_does_not_want_the_weekly_mail_does_not_get_it(world: World) -> None:
    turn_off(world.db, world.karen.id, "digest", now=MONDAY)
    note_opening(world.db, post(world), actor=world.anna, now=later(hours=1))
    world.tell(later(days=7))
    assert [mail["kind"] for mail in world.mails(world.karen)] == []


@pytest.mark.parametrize("state", ["submitted", "draft", "paused"])
def test_nobody_is_told_of_what_is_not_published(world: World, state: str) -> None:
    add_watch(world.db, "need", {}, name="All", rhythm="daily", actor=world.jonas, now=MONDAY)
    need = make_need(world.db, world.hospital, state=state)
    make_suggestion(world.db, need, world.capability, probability=0.9)
    for day in range(9):
        world.tell(later(days=day))
    assert world.mails(world.jonas) == []


def test_nobody_is_told_of_a_confidential_need(world: World) -> None:
    add_watch(world.db, "need", {}, name="All", rhythm="daily", actor=world.jonas, now=MONDAY)
    need = make_need(world.db, world.hospital, confidential=1, blind_problem="Sår")
    make_suggestion(world.db, need, world.capability, probability=0.9)
    for day in range(9):
        world.tell(later(days=day))
    assert world.mails(world.jonas) == []


def test_two_searches_and_a_theme_tell_of_one_need_once(world: World) -> None:
    follow = {"actor": world.jonas, "now": MONDAY}
    add_watch(world.db, "need", {"q": "liggesår"}, name="Sores", **follow)
    add_watch(world.db, "need", {"region": "1083"}, name="South", rhythm="daily", **follow)
    add_watch(world.db, "both", {"theme": "pressure-ulcer"}, name="Ulcers", **follow)
    post(world, now=later(hours=1))
    for day in range(1, 16):
        world.tell(later(days=day))
    (mail,) = world.mails(world.jonas)
    assert mail["kind"] == "alerts"
    assert "Sår hos borgere i kørestol" in mail["body_text"]


def test_all_that_asked_for_a_need_are_named_in_the_weekly_mail(world: World) -> None:
    follow = {"actor": world.jonas, "now": MONDAY}
    add_watch(world.db, "need", {"q": "liggesår"}, name="Sores", **follow)
    add_watch(world.db, "both", {"theme": "pressure-ulcer"}, name="Ulcers", **follow)
    post(world, now=later(hours=1))
    world.tell(later(days=7))
    (mail,) = world.mails(world.jonas)
    assert mail["kind"] == "digest"
    assert "Sores, Ulcers" in mail["body_text"]


def test_what_was_there_before_and_what_is_ones_own_is_no_news(world: World) -> None:
    old = post(world, "Det gamle behov")
    add_watch(
        world.db, "need", {}, name="All", rhythm="daily", actor=world.jonas, now=later(hours=1)
    )
    add_watch(
        world.db, "need", {}, name="All", rhythm="daily", actor=world.karen, now=later(hours=1)
    )
    new = post(world, "Det nye behov", now=later(hours=2))
    world.tell(later(days=1))
    (mail,) = world.mails(world.jonas)
    assert f"/needs/{new}" in mail["body_text"]
    assert f"/needs/{old}" not in mail["body_text"]
    assert world.mails(world.karen, "alerts") == []


def test_a_company_hears_of_needs_it_fits_and_of_a_no_with_its_reason(world: World) -> None:
    need = post(world)
    moment = {"created_at": "2026-11-24T09:00:00Z"}
    suggestion = make_suggestion(world.db, need, world.capability, probability=0.7, **moment)
    world.tell(later(days=7))
    review_suggestion(
        world.db, suggestion, "reject", actor=world.anna, now=later(days=8), seen_sequence=0,
        reason="lacks_evidence",
    )  # fmt: skip
    world.tell(later(days=14))
    fit, no = world.mails(world.jonas, "digest")
    assert "Fits “Pressure-relieving seat cushion”" in fit["body_text"]
    assert "evidence or marking is missing" in no["body_text"]
    world.tell(later(days=21))
    assert len(world.mails(world.jonas)) == 2


def test_a_need_it_was_alerted_of_is_not_told_again_as_a_fit(world: World) -> None:
    add_watch(world.db, "need", {}, name="All", rhythm="daily", actor=world.jonas, now=MONDAY)
    need = post(world, now=later(hours=1))
    make_suggestion(world.db, need, world.capability, probability=0.7)
    for day in range(1, 9):
        world.tell(later(days=day))
    assert [mail["kind"] for mail in world.mails(world.jonas)] == ["alerts"]


def test_a_mail_names_the_address_that_ends_its_kind(world: World) -> None:
    add_watch(world.db, "need", {}, name="All", rhythm="daily", actor=world.jonas, now=MONDAY)
    post(world, now=later(hours=1))
    world.tell(later(days=1))
    (mail,) = world.mails(world.jonas)
    headers = json.loads(mail["headers"])
    assert headers["List-Unsubscribe"].startswith("<http://localhost/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("day", "hour", "is_sent"),
    [
        (30, 5, False),  # 06:00 in Denmark
        (30, 6, True),
        (30, 15, True),
        (30, 16, False),  # 17:00: too late for today
        (29, 9, False),  # Sunday
    ],
)
def test_the_weekly_mail_comes_on_monday_morning(
    world: World, day: int, hour: int, is_sent: bool
) -> None:
    note_opening(world.db, post(world), actor=world.anna, now=later(hours=1))
    world.tell(datetime(2026, 11, 24, 9, tzinfo=UTC))
    world.tell(datetime(2026, 11, day, hour, tzinfo=UTC))
    assert bool(world.mails(world.karen, "digest")) is is_sent


def test_the_weekly_mail_comes_on_tuesday_when_monday_is_a_holiday(world: World) -> None:
    """Easter Monday 2026 is the 6th of April; the clocks changed the week before."""
    world.tell(datetime(2026, 3, 30, 8, tzinfo=UTC))
    need = post(world, now=datetime(2026, 3, 30, 9, tzinfo=UTC))
    note_opening(world.db, need, actor=world.anna, now=datetime(2026, 3, 30, 10, tzinfo=UTC))
    world.tell(datetime(2026, 4, 6, 9, tzinfo=UTC))
    assert world.mails(world.karen, "digest") == []
    world.tell(datetime(2026, 4, 7, 4, 59, tzinfo=UTC))
    assert world.mails(world.karen, "digest") == []
    world.tell(datetime(2026, 4, 7, 5, 0, tzinfo=UTC))
    assert len(world.mails(world.karen, "digest")) == 1


def test_who_is_erased_follows_nothing_and_is_told_nothing(world: World) -> None:
    add_watch(world.db, "need", {}, name="All", rhythm="daily", actor=world.jonas, now=MONDAY)
    turn_off(world.db, world.jonas.id, "digest", now=MONDAY)
    post(world, now=later(hours=1))
    world.tell(later(days=1))
    export = export_account(world.db, world.jonas.id)
    assert [row["name"] for row in export["follows"]] == ["All"]
    assert export["mail_wishes"][0]["digest"] == "none"
    assert len(export["told"]) == 1
    erase_account(world.db, world.jonas.id, actor=world.jonas, now=later(days=1))
    for table in ("watch", "mail_wish", "told"):
        row = world.db.first(f"select 1 from {table} where account_id = ?", (world.jonas.id,))
        assert row is None


def test_a_new_capability_is_told_to_who_follows_its_kind(world: World) -> None:
    add_watch(
        world.db, "capability", {"kind": "testbed"}, name="Steder", rhythm="daily",
        actor=world.karen, now=MONDAY,
    )  # fmt: skip
    moment = {"published_at": "2026-11-23T12:00:00Z"}
    make_capability(world.db, world.company, kind="testbed", title="Stuen", **moment)
    make_capability(world.db, world.company, kind="service", title="Andet", **moment)
    world.tell(later(days=1))
    (mail,) = world.mails(world.karen)
    assert "Stuen" in mail["body_text"]
    assert "Andet" not in mail["body_text"]


def test_a_need_that_no_mail_can_be_made_of_keeps_mails_from_nobody_else(world: World) -> None:
    keep_wishes(
        world.db, world.karen.id, MailWishes(steps="each"), actor_id=world.karen.id, now=MONDAY
    )
    kept = post(world, "Om borger")
    world.db["need"].update(kept, {"title": "Om borger 010203-1234"})
    other = post(world)
    for need in (kept, other):
        note_opening(world.db, need, actor=world.anna, now=MONDAY)
    world.tell(later(minutes=1))
    assert [mail["kind"] for mail in world.mails(world.karen)] == ["need_received", "need_step"]
