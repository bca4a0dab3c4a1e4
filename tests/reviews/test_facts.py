"""Facts that fit, clash or are not stated."""

from dataclasses import replace

from matchmaker.reviews.facts import Sides, list_facts
from matchmaker.reviews.marking import Mark, Segment, segments_of
from tests.factories import NOW

TODAY = NOW.date()
SOLUTION = Sides(
    need_region="1083",
    need_language="da",
    kind="solution",
    region="1083",
    country="DK",
    languages=("da", "en"),
    markets=("DK",),
    trl=9,
    ce_marked=True,
    device_class="mdr_i",
    price_model="Rent",
)
TESTBED = replace(SOLUTION, kind="testbed", trl=None, ce_marked=None, markets=())


def verdicts(sides: Sides) -> dict[str, str]:
    return {fact.code: fact.verdict for fact in list_facts(sides, TODAY)}


def test_a_mature_danish_solution_fits() -> None:
    assert set(verdicts(SOLUTION).values()) == {"fits"}


def test_what_is_not_stated_is_said_to_be_unknown_and_not_to_clash() -> None:
    bare = replace(
        SOLUTION, region=None, languages=(), markets=(), trl=None, ce_marked=None, price_model=""
    )
    assert set(verdicts(bare).values()) == {"unknown"}


def test_clashes_come_first() -> None:
    facts = list_facts(replace(SOLUTION, languages=("de",), markets=("DE",)), TODAY)
    assert [fact.verdict for fact in facts[:2]] == ["clashes", "clashes"]


def test_a_testbed_is_free_now_later_or_no_more() -> None:
    assert verdicts(TESTBED)["periods_unknown"] == "unknown"
    for period, code in (
        (("2026-11-01", "2026-12-31"), "free_now"),
        (("2027-01-01", "2027-02-01"), "free_from"),
        (("2026-01-01", "2026-02-01"), "not_free"),
    ):
        assert code in verdicts(replace(TESTBED, periods=(period,)))


def test_the_own_house_clashes_except_as_a_testbed() -> None:
    assert verdicts(replace(SOLUTION, same_family=True))["same_house"] == "clashes"
    assert verdicts(replace(TESTBED, same_family=True))["same_house"] == "mind"


def test_marks_may_overlap_and_the_text_stays_whole() -> None:
    text = "Vi løfter tungt hver dag."
    segments = segments_of(text, [Mark(1, 3, 15), Mark(2, 10, 20), Mark(3, 90, 99)])
    assert "".join(segment.text for segment in segments) == text
    assert Segment("tungt", (1, 2), (2,)) in segments


def test_a_text_without_marks_is_one_segment_and_an_empty_text_none() -> None:
    assert segments_of("Hej", []) == [Segment("Hej")]
    assert segments_of("", []) == []
