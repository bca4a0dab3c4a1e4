"""The queue, the case and the desk, as staff use them."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.standing import get_standing, list_reviews
from tests.conftest import text_of
from tests.factories import NOW
from tests.reviews.conftest import ReviewCase, make_case

Page = Callable[..., Element]
EVIDENCE = (
    '{"pairs": [{"score": 0.8,'
    ' "need": {"field": "problem", "start": 3, "end": 10, "text": "opdager"},'
    ' "capability": {"field": "description", "start": 2, "end": 9, "text": "cushion"}}]}'
)


@pytest.fixture
def stored(db: Database, sign_in: Callable[[Account], None]) -> ReviewCase:
    case = make_case(db)
    sign_in(case.anna)
    return case


def decide(client: FlaskClient, suggestion: int, decision: str, **values: object) -> object:
    data = {"decision": decision, "seen": "0", "refer_to": "0", "reason": "", **values}
    return client.post(f"/reviews/suggestions/{suggestion}", data=data)


def test_the_queue_lists_needs_and_says_when_it_is_empty(
    stored: ReviewCase, db: Database, page: Page
) -> None:
    assert "Liggesår hos kørestolsbrugere" in text_of(page("/reviews"))
    db["need"].update(stored.need, {"state": "paused"})
    page("/reviews")
    page("/reviews?hub=all")


def test_the_desk_shows_both_texts_with_numbered_marks(
    stored: ReviewCase, db: Database, page: Page
) -> None:
    db["suggestion"].update(stored.suggestions[0], {"evidence": EVIDENCE})
    shown = page(f"/reviews/suggestions/{stored.suggestions[0]}")
    marks = [e for e in shown.iter() if str(e.tag).endswith("}mark")]
    assert [mark.get("id") for mark in marks] == ["need-1", "capability-1"]


def test_an_unranked_suggestion_promises_nothing(
    stored: ReviewCase, db: Database, client: FlaskClient
) -> None:
    db["suggestion"].update(stored.suggestions[0], {"probability": None})
    text = client.get(f"/reviews/suggestions/{stored.suggestions[0]}?lang=en").text
    assert "Not ranked by experience yet" in text
    assert "Likely to be useful" not in text


def test_after_a_decision_the_next_one_opens_with_undo(
    stored: ReviewCase, db: Database, client: FlaskClient, page: Page
) -> None:
    first, second, _third = stored.suggestions
    response = decide(client, first, "approve")
    assert response.status_code == 302
    assert f"/reviews/suggestions/{second}" in response.location
    address, _, done = response.location.partition("#")
    shown = page(address)
    assert done in {e.get("id") for e in shown.iter()}
    assert any(str(e.get("action")).endswith(f"{first}/undo") for e in shown.iter())
    client.post(f"/reviews/suggestions/{first}/undo")
    assert get_standing(db, first).state == "suggested"


def test_the_last_decision_of_a_case_leads_to_the_case(
    stored: ReviewCase, client: FlaskClient, page: Page
) -> None:
    for suggestion in stored.suggestions:
        response = decide(client, suggestion, "reject", reason="price", note="Dyrt")
    assert f"/reviews/needs/{stored.need}" in response.location
    shown = page(response.location.partition("#")[0])
    assert "Dyrt" in text_of(shown)
    assert any(str(e.get("action")).endswith("/undo") for e in shown.iter())


@pytest.mark.parametrize(
    ("decision", "values", "words"),
    [
        ("reject", {}, "Choose why"),
        ("reject", {"reason": "other"}, "in a few words"),
        ("defer", {"defer_until": "2020-01-01"}, "Choose a day after today"),
        ("refer", {}, "Choose another hub"),
        ("approve", {"note": "Pt. 010203-1234 har det"}, "CPR"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    stored: ReviewCase,
    client: FlaskClient,
    db: Database,
    decision: str,
    values: dict[str, str],
    words: str,
) -> None:
    client.get("/?lang=en")
    values = {"note": "" if values.get("reason") == "other" else "Kept words", **values}
    response = decide(client, stored.suggestions[0], decision, **values)
    assert response.status_code == 422
    assert words in response.text
    assert (values["note"] or words) in response.text
    assert list_reviews(db, stored.suggestions[0]) == []


def test_who_comes_second_reads_what_the_first_decided_and_keeps_the_note(
    stored: ReviewCase, client: FlaskClient, db: Database
) -> None:
    review_suggestion(
        db,
        stored.suggestions[0],
        "reject",
        actor=stored.bo,
        now=NOW,
        seen_sequence=0,
        reason="price",
    )
    client.get("/?lang=en")
    response = decide(client, stored.suggestions[0], "approve", note="My long thought")
    assert response.status_code == 409
    assert "Bo Lund" in response.text
    assert "My long thought" in response.text
    assert len(list_reviews(db, stored.suggestions[0])) == 1
    decide(client, stored.suggestions[0], "approve", seen="1", overrule="yes")
    assert [r.decision for r in list_reviews(db, stored.suggestions[0])] == [
        "reject",
        "reopen",
        "approve",
    ]


@pytest.mark.parametrize(
    ("seen", "values"),
    [
        (
            "1",
            {"decision": "approve", "overrule": "yes", "note": "CPR 010203-1234, my long thought"},
        ),
        ("1", {"decision": "reject", "overrule": "yes", "note": "My long thought"}),
        ("0", {"decision": "approve", "note": "CPR 010203-1234, my long thought"}),
    ],
)
def test_who_comes_second_and_has_something_to_mend_keeps_what_was_typed(
    stored: ReviewCase, client: FlaskClient, db: Database, seen: str, values: dict[str, str]
) -> None:
    first = stored.suggestions[0]
    review_suggestion(db, first, "approve", actor=stored.bo, now=NOW, seen_sequence=0)
    response = decide(client, first, seen=seen, **values)
    assert response.status_code == 422
    assert "y long thought</textarea>" in response.text
    assert len(list_reviews(db, first)) == 1


def test_several_are_opened_again_from_the_case(
    stored: ReviewCase, client: FlaskClient, db: Database
) -> None:
    for suggestion in stored.suggestions[:2]:
        decide(client, suggestion, "approve")
    client.post(
        f"/reviews/needs/{stored.need}/reopen",
        data={"suggestion": [*stored.suggestions[:2], 999]},
    )
    assert get_standing(db, stored.suggestions[0]).state == "suggested"


def test_what_is_not_there_is_not_found(stored: ReviewCase, page: Page) -> None:
    page("/reviews/suggestions/999", 404)
    page("/reviews/needs/999", 404)


def test_a_case_is_taken_and_handed_on_from_its_page(
    stored: ReviewCase, db: Database, client: FlaskClient, page: Page
) -> None:
    path = f"/reviews/needs/{stored.need}"
    assert "Ingen hos Hub Syddanmark endnu" in text_of(page(path))
    case = {"hub": stored.hub, "sequence": "0"}
    assert client.post(f"{path}/take", data=case).status_code == 302
    assert "Mine sager" in text_of(page("/reviews?hub=mine"))
    stale = client.post(
        f"{path}/hand",
        data={**case, "to": "hub", "receiver": stored.other_hub, "colleague": 0,
              "hand_note": "Closer to them"},
    )  # fmt: skip
    assert stale.status_code == 409
    assert "Closer to them" in stale.text
    values = {"hub": stored.hub, "sequence": "1", "colleague": 0, "hand_note": "Closer to them"}
    missing = client.post(f"{path}/hand", data={**values, "to": "hub", "receiver": 0})
    assert missing.status_code == 422
    client.post(f"{path}/hand", data={**values, "to": "hub", "receiver": stored.other_hub})
    assert "Hub Midtjylland" in text_of(page(path))
    refused = client.post(f"{path}/take", data={"hub": stored.other_hub, "sequence": "1"})
    assert refused.status_code == 403


def test_only_a_page_that_is_loaded_ahead_may_be_kept(
    stored: ReviewCase, client: FlaskClient
) -> None:
    path = f"/reviews/suggestions/{stored.suggestions[0]}"
    assert client.get(path).headers["Cache-Control"] == "no-store"
    ahead = client.get(path, headers={"Sec-Purpose": "prefetch"}).headers["Cache-Control"]
    assert "private" in ahead
    assert "no-store" not in ahead


def test_the_next_one_is_loaded_ahead_at_the_address_that_a_decision_leads_to(
    stored: ReviewCase, client: FlaskClient
) -> None:
    shown = client.get(f"/reviews/suggestions/{stored.suggestions[0]}").text
    location = decide(client, stored.suggestions[0], "approve").location  # type: ignore[attr-defined]
    assert f'<link rel="prefetch" href="{location.partition("#")[0]}">' in shown


def test_the_time_of_a_review_is_kept_and_cannot_be_invented(
    stored: ReviewCase, client: FlaskClient, db: Database
) -> None:
    shown = client.get(f"/reviews/suggestions/{stored.suggestions[0]}").text
    token = shown.partition('name="shown" type="hidden" value="')[2].partition('"')[0]
    decide(client, stored.suggestions[0], "approve", shown=token)
    decide(client, stored.suggestions[1], "approve", shown=token)
    decide(client, stored.suggestions[2], "approve", shown="2020-01-01")
    times = [row["shown_at"] for row in db.rows("select shown_at from review order by id")]
    assert [at is not None for at in times] == [True, False, False]
