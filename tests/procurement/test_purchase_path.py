"""How a purchase would go is asked for before a test, and who knows too much is warned."""

from dataclasses import replace
from datetime import date

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.collaborations.errors import PurchasePathMissingError
from matchmaker.collaborations.following import move_stage
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.procurement import errors
from matchmaker.procurement.contact import Item
from matchmaker.procurement.log import Receiver, correct, record_contact, take_back, write_down
from matchmaker.procurement.notes import send_note
from matchmaker.procurement.plan import PlanAnswers
from matchmaker.procurement.planning import find_plan, save_plan
from matchmaker.procurement.risks import Risk, list_exclusive, list_risks
from matchmaker.procurement.safety import get_safety
from matchmaker.screening.screen import PatientDataFound
from tests.collaborations.conftest import LINKS
from tests.collaborations.test_answering import say
from tests.factories import NOW
from tests.procurement.conftest import TENDER, Market

TODAY = date(2026, 11, 23)


def plan(market: Market, answers: PlanAnswers = TENDER, **values: object) -> int:
    given = {"actor": market.world.karen, "now": NOW, **values}
    return save_plan(market.db, market.first.id, answers, **given)  # type: ignore[arg-type]


def introduced(market: Market) -> None:
    for account in (market.world.karen, market.world.jonas, market.world.tina):
        say(market.world, market.first, account)


def risks(market: Market, answers: PlanAnswers | None = TENDER) -> dict[int, Risk]:
    if answers is not None:
        plan(market, answers)
    found = list_risks(market.db, market.need, find_plan(market.db, market.first.id))
    return {risk.organisation_id: risk for risk in found}


def give(market: Market, kind: str, organisation: int, item: int | None = None) -> int:
    (line,) = record_contact(
        market.db, market.need, kind, receivers=[Receiver(organisation)],
        item=Item("file", item) if item else None, actor_id=market.world.staff.id, now=NOW,
    )  # fmt: skip
    return line


def test_no_test_starts_before_the_path_is_known_and_nothing_is_lost(market: Market) -> None:
    introduced(market)
    before = get_collaboration(market.db, market.first.id)
    with pytest.raises(PurchasePathMissingError):
        move_stage(market.db, market.first.id, "test", actor=market.world.jonas, now=NOW)
    assert get_collaboration(market.db, market.first.id) == before
    move_stage(market.db, market.first.id, "dialogue", actor=market.world.jonas, now=NOW)
    plan(market)
    move_stage(market.db, market.first.id, "test", actor=market.world.jonas, now=NOW)
    assert get_collaboration(market.db, market.first.id).stage == "test"


def test_the_last_answers_count_and_the_earlier_ones_stay(market: Market) -> None:
    assert plan(market) == plan(market) == 1
    later = replace(TENDER, path="undecided", agreed=("data", "payment"))
    assert plan(market, later, seen_sequence=1) == 2
    found = find_plan(market.db, market.first.id)
    assert found is not None
    assert (found.answers, found.saved_by) == (later, "Karen Holm")
    assert len(market.db.rows("select 1 from purchase_plan")) == 2


def test_the_second_of_two_is_told(market: Market) -> None:
    plan(market, seen_sequence=0)
    with pytest.raises(errors.StalePlanError):
        plan(market, replace(TENDER, path="direct"), seen_sequence=0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"path": "auction"}, errors.UnknownAnswerError),
        ({"value_band": "huge"}, errors.UnknownAnswerError),
        ({"form": "handshake"}, errors.UnknownAnswerError),
        ({"agreed": ("colour",)}, errors.UnknownAnswerError),
        ({"decides": " "}, errors.EmptyTextError),
        ({"decides": "010203-1234"}, PatientDataFound),
    ],
)
def test_an_answer_that_was_not_offered_is_refused(
    market: Market, change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(market, replace(TENDER, **change))  # type: ignore[arg-type]


def test_a_company_does_not_say_how_the_need_is_bought(market: Market) -> None:
    with pytest.raises(NotPermittedError):
        plan(market, actor=market.world.jonas)
    assert plan(market, actor=market.world.staff) == 1


@pytest.mark.parametrize("kind", ["document", "meeting", "answer", "requirements", "paid", "test"])
def test_who_had_more_than_the_others_is_warned_of_on_the_way_to_a_tender(
    market: Market, kind: str
) -> None:
    give(market, kind, market.world.company, item=7)
    found = risks(market)
    assert list(found) == [market.world.company]
    assert found[market.world.company].level == "warning"
    assert found[market.world.company].reasons == (kind,)


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("tender", "warning"),
        ("innovation_partnership", "warning"),
        ("undecided", "notice"),
        (None, "notice"),
        ("direct", None),
        ("existing_agreement", None),
        ("no_purchase", None),
    ],
)
def test_the_path_decides_how_serious_it_is(
    market: Market, path: str | None, level: str | None
) -> None:
    give(market, "paid", market.world.company)
    found = risks(market, replace(TENDER, path=path) if path else None)
    assert [risk.level for risk in found.values()] == ([level] if level else [])


def test_what_all_have_got_is_no_advantage(market: Market) -> None:
    everybody = [
        market.world.company,
        market.rival,
        market.party_of(market.world.tina).organisation_id,
    ]
    for organisation in everybody[:2]:
        give(market, "document", organisation, item=7)
    assert set(risks(market)) == set(everybody[:2])
    give(market, "document", everybody[2], item=7)
    assert risks(market) == {}


def test_two_who_wrote_requirements_are_both_warned_of(market: Market) -> None:
    for organisation in (market.world.company, market.rival):
        give(market, "requirements", organisation)
    assert set(risks(market)) == {market.world.company, market.rival}


def test_proposals_introductions_and_notes_are_no_advantage(market: Market) -> None:
    introduced(market)
    assert risks(market) == {}


def test_a_note_that_passes_it_on_evens_it_out(market: Market) -> None:
    line = give(market, "meeting", market.world.company)
    give(market, "paid", market.rival)
    assert list_exclusive(market.db, market.need)[0].id == line
    send_note(
        market.db, market.need, {"da": "Mødet handlede om måling."}, form_key="a" * 32,
        covers=[line, 999], actor=market.world.staff, links=LINKS, now=NOW,
    )  # fmt: skip
    found = risks(market)
    assert found[market.world.company].is_evened_out
    assert not found[market.rival].is_evened_out
    assert len(list_exclusive(market.db, market.need)) == 1


def test_a_line_taken_back_warns_of_nobody(market: Market) -> None:
    staff = market.world.staff
    line = write_down(
        market.db, market.need, "paid", market.rival, "Report", TODAY, actor=staff, now=NOW
    )
    correct(market.db, market.need, line, actor=staff, now=NOW)
    assert risks(market) == {}


def test_a_meeting_that_was_called_off_warns_of_nobody(market: Market) -> None:
    give(market, "meeting", market.rival, item=7)
    assert set(risks(market)) == {market.rival}
    take_back(market.db, market.need, "meeting", Item("file", 7), actor_id=None, now=NOW)
    assert risks(market) == {}


def test_each_reader_sees_the_risks_that_are_theirs_to_know(market: Market) -> None:
    give(market, "paid", market.world.company)
    give(market, "paid", market.rival)
    save_plan(market.db, market.second.id, TENDER, actor=market.world.karen, now=NOW)
    owner = get_safety(market.db, market.second.id)
    staff = get_safety(market.db, market.second.id, is_staff=True)
    company = get_safety(market.db, market.first.id, company_id=market.world.company)
    assert owner is not None
    assert staff is not None
    assert company is not None
    assert [risk.organisation_name for risk in owner.risks] == [None]
    assert [risk.organisation_name for risk in staff.risks] == ["Rivalen A/S"]
    assert [risk.organisation_id for risk in company.risks] == [market.world.company]
    assert company.plan is None
    assert "Rivalen" not in str(company)
