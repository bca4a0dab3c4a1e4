"""Needs without a good match: which they are, who sees them, and what owners and staff are told."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.clock import to_text
from matchmaker.database import Database
from matchmaker.reviews.actions import review_suggestion
from matchmaker.reviews.standing import get_standing
from matchmaker.reviews.unmet import PER_PAGE, list_public_unmet, list_unmet, unmet_among
from tests.conftest import text_of
from tests.factories import (
    NOW,
    make_capability,
    make_hub,
    make_need,
    make_organisation,
    make_suggestion,
)
from tests.matching.trained import LikenessLogit, trained_pipeline
from tests.reviews.conftest import ReviewCase

Page = Callable[..., Element]
SignInAs = Callable[[str], Account]

BOUND = LikenessLogit.answered_from
EVERYBODY = (None, "clinician", "member", "company", "hub_staff", "hub_manager", "administrator")
OUTSIDERS = (None, "clinician", "member", "company")
STAFF = ("hub_staff", "hub_manager", "administrator")
TITLE = "No good match yet"


def matched(db: Database, need_id: int) -> int:
    db["matched_profile"].insert(
        {
            "kind": "need",
            "profile_id": need_id,
            "text_hash": "hash",
            "encoder": "test",
            "language": "da",
            "matched_at": to_text(NOW),
        }
    )
    return need_id


def add_need(
    db: Database, title: str = "Uløst", best: float | None = None, **values: object
) -> int:
    """Add a need that has been compared with everything; `best` is that of its only suggestion."""
    owner = values.pop("owner", None) or make_organisation(db, kind="hospital")
    need_id = matched(db, make_need(db, owner, title=title, **values))  # type: ignore[arg-type]
    if best is not None:
        make_suggestion(db, need_id, make_capability(db, make_organisation(db)), probability=best)
    return need_id


def unmet_ids(db: Database, hubs: tuple[int, ...] | None = None) -> list[int]:
    return [need.need_id for need in list_unmet(db, hubs, answered_from=BOUND).needs]


@pytest.fixture
def ranking(app: Flask) -> None:
    app.extensions["matchmaker.jobs"] = SimpleNamespace(pipeline=trained_pipeline())


def test_a_need_is_unmet_when_nothing_or_only_something_weak_is_suggested(
    memory_db: Database,
) -> None:
    db = memory_db
    nothing, weak = add_need(db), add_need(db, best=BOUND - 0.01)
    good = add_need(db, best=BOUND)
    assert unmet_ids(db) == [nothing, weak]
    assert [n.probability for n in list_unmet(db, None, answered_from=BOUND).needs] == [0, 0.49]
    assert unmet_among(db, [nothing, weak, good], answered_from=BOUND) == {nothing, weak}


def test_a_need_that_is_not_compared_yet_or_not_open_is_not_called_unmet(
    memory_db: Database,
) -> None:
    make_need(memory_db, make_organisation(memory_db))
    for state in ("draft", "paused", "expired", "closed"):
        add_need(memory_db, state=state)
    assert unmet_ids(memory_db) == []


def test_without_probabilities_any_suggestion_is_a_match(memory_db: Database) -> None:
    need_id = add_need(memory_db, best=0.9)
    memory_db.execute("update suggestion set probability = null")
    assert unmet_ids(memory_db) == []
    assert unmet_among(memory_db, [need_id], answered_from=BOUND) == frozenset()


def test_what_staff_say_counts_more_than_the_model(memory_db: Database, case: ReviewCase) -> None:
    db = memory_db
    matched(db, case.need)
    assert unmet_ids(db) == []
    for suggestion in case.suggestions[:2]:
        review_suggestion(
            db, suggestion, "reject", actor=case.anna, now=NOW, seen_sequence=0, reason="price"
        )
    assert unmet_ids(db) == [case.need]
    weak = case.suggestions[2]
    review_suggestion(db, weak, "approve", actor=case.anna, now=NOW, seen_sequence=0)
    assert unmet_ids(db) == []


def test_what_came_back_from_a_proposal_to_the_queue_is_tried_no_more(
    memory_db: Database, case: ReviewCase
) -> None:
    db, now = memory_db, to_text(NOW)
    matched(db, case.need)
    db.execute("update suggestion set probability = 0.1")
    weak = case.suggestions[0]
    review_suggestion(db, weak, "approve", actor=case.anna, now=NOW, seen_sequence=0)
    row = {"hub_id": case.hub, "title": "x", "introduction": "x", "language": "da"}
    days = dict.fromkeys(("created_at", "updated_at", "invited_at"), now)
    made = db.insert_row("collaboration", {**row, **days, "created_by": case.anna.id})
    pair = {"collaboration_id": made, "suggestion_id": weak}
    db["collaboration_suggestion"].insert(pair)
    assert unmet_ids(db) == []
    db["collaboration"].update(made, {"stage": "closed", "close_reason": "not_now"})
    assert unmet_ids(db) == [], "the no still holds"
    db.execute("update collaboration_suggestion set released_at = ?", (now,))
    assert get_standing(db, weak).can_be_decided
    assert unmet_ids(db) == [case.need]


def test_who_has_waited_longest_comes_first_and_long_lists_have_pages(memory_db: Database) -> None:
    db = memory_db
    days = [3, 9, 5, *range(20, 20 + PER_PAGE)]
    ids = {day: add_need(db, published_at=to_text(NOW - timedelta(days=day))) for day in days}
    expected = [ids[day] for day in sorted(days, reverse=True)]
    pages = [list_unmet(db, None, answered_from=BOUND, page=page) for page in (1, 2)]
    assert [need.need_id for page in pages for need in page.needs] == expected
    assert (pages[0].total, pages[0].pages) == (len(days), 2)
    assert list_public_unmet(db, answered_from=BOUND) == expected


def test_staff_see_the_needs_of_their_hubs(memory_db: Database) -> None:
    here, there = make_hub(memory_db), make_hub(memory_db, name="Hub Midtjylland", region="1082")
    ours, theirs = add_need(memory_db, hub_id=here), add_need(memory_db, hub_id=there)
    assert unmet_ids(memory_db, (here,)) == [ours]
    assert unmet_ids(memory_db, (here, there)) == [ours, theirs]
    assert unmet_ids(memory_db) == [ours, theirs]


def test_nothing_is_unmet_while_no_bound_is_known(memory_db: Database) -> None:
    need_id = add_need(memory_db)
    assert unmet_among(memory_db, [need_id], answered_from=None) == frozenset()
    assert unmet_among(memory_db, [need_id], answered_from=BOUND) == {need_id}


@pytest.fixture
def unmet_needs(db: Database, people: dict[str, Account], ranking: None) -> dict[str, int]:
    """One unmet need of the clinician's hospital in each state that is compared, and a met one."""
    clinician = people["clinician"]
    (hospital,) = clinician.organisation_ids
    own = {"owner": hospital, "owner_id": clinician.id}
    return {
        "published": add_need(db, "Det åbne behov", BOUND - 0.1, **own),
        "submitted": add_need(
            db, "Det fortrolige behov", 0.2, state="submitted", published_at=None, **own
        ),
        "draft": add_need(db, "Kladden", state="draft", published_at=None, **own),
        "met": add_need(db, "Det løste behov", 0.9, **own),
        "hidden": add_need(db, "Uden navn", show_organisation=0, **own),
    }


@pytest.mark.usefixtures("unmet_needs")
@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_see_what_is_on_the_board_and_no_probability(
    role: str | None, page: Page, sign_in_as: SignInAs
) -> None:
    if role:
        sign_in_as(role)
    shown = page("/needs/unmet?hub=all")
    text = text_of(shown)
    assert "Det åbne behov" in text
    assert "Uden navn" in text
    assert not any(hidden in text for hidden in ("fortrolige", "Kladden", "løste", "af 10"))
    assert any(link.get("href") == "/capabilities/new" for link in shown.iter())


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_name_that_is_not_shown_is_not_on_the_list(
    role: str | None,
    page: Page,
    sign_in_as: SignInAs,
    db: Database,
    unmet_needs: dict[str, int],
) -> None:
    db["need"].update(unmet_needs["published"], {"state": "closed"})
    if role:
        sign_in_as(role)
    assert "Sydfjord" not in text_of(page("/needs/unmet"))


@pytest.mark.usefixtures("unmet_needs")
@pytest.mark.parametrize("role", STAFF)
def test_staff_see_all_that_is_compared_with_the_best_probability(
    role: str, page: Page, sign_in_as: SignInAs
) -> None:
    sign_in_as(role)
    text = text_of(page("/needs/unmet"))
    assert "Det åbne behov" in text
    assert "Det fortrolige behov" in text
    assert "det bedste ca. 4 af 10" in text
    assert "Intet kommer i nærheden" in text
    assert "Kladden" not in text
    assert "løste" not in text


def test_staff_of_another_hub_open_the_list_of_all(
    page: Page, db: Database, unmet_needs: dict[str, int], sign_in_as: SignInAs
) -> None:
    other = make_hub(db, name="Hub Midtjylland", region="1082")
    db.execute("update need set hub_id = ?", (other,))
    sign_in_as("hub_staff")
    assert "Det åbne behov" not in text_of(page("/needs/unmet"))
    assert "Det åbne behov" in text_of(page("/needs/unmet?hub=all"))


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_list_says_when_it_is_empty_or_not_known(
    role: str | None, app: Flask, page: Page, sign_in_as: SignInAs
) -> None:
    if role:
        sign_in_as(role)
    assert "Kom tilbage om et øjeblik" in text_of(page("/needs/unmet"))
    app.extensions["matchmaker.jobs"] = SimpleNamespace(pipeline=trained_pipeline())
    assert "godt match" in text_of(page("/needs/unmet"))


def test_the_owner_reads_that_there_is_no_good_match_yet(
    client: FlaskClient, unmet_needs: dict[str, int], sign_in_as: SignInAs
) -> None:
    sign_in_as("clinician")
    for state in ("published", "submitted"):
        text = client.get(f"/needs/{unmet_needs[state]}?lang=en").text
        assert TITLE in text
        assert ("public list" in text) is (state == "published")
    for state in ("met", "draft"):
        assert TITLE not in client.get(f"/needs/{unmet_needs[state]}?lang=en").text
    assert client.get("/mine?lang=en").text.count(TITLE) == 3


def test_others_read_nothing_of_the_kind_on_the_page_of_a_need(
    client: FlaskClient, unmet_needs: dict[str, int], sign_in_as: SignInAs
) -> None:
    sign_in_as("company")
    assert TITLE not in client.get(f"/needs/{unmet_needs['published']}?lang=en").text
    assert client.get(f"/needs/{unmet_needs['submitted']}").status_code == 404


def test_staff_see_weak_suggestions_as_weak(
    client: FlaskClient, page: Page, db: Database, unmet_needs: dict[str, int], sign_in_as: SignInAs
) -> None:
    sign_in_as("hub_staff")
    page(f"/reviews/needs/{unmet_needs['published']}")
    case = client.get(f"/reviews/needs/{unmet_needs['published']}?lang=en").text
    assert TITLE in case
    assert "Weak, no good match" in case
    assert TITLE not in client.get(f"/reviews/needs/{unmet_needs['met']}?lang=en").text
    queue = client.get("/reviews?lang=en").text
    assert (queue.count(TITLE), queue.count("Weak, no good match")) == (3, 2)
    assert "Nothing is suggested yet" in queue
    assert "Likely to be useful" in queue
    (weak,) = db.rows("select id from suggestion where need_id = ?", (unmet_needs["published"],))
    assert "Weak, no good match" in client.get(f"/reviews/suggestions/{weak['id']}?lang=en").text


def test_a_company_is_not_told_of_a_need_that_it_fits_weakly(
    db: Database, client: FlaskClient, unmet_needs: dict[str, int], people: dict[str, Account],
    sign_in_as: SignInAs,
) -> None:  # fmt: skip
    company = people["company"]
    capability = make_capability(db, *company.organisation_ids, owner_id=company.id)
    for name, probability in (("published", BOUND - 0.01), ("met", BOUND)):
        make_suggestion(db, unmet_needs[name], capability, probability=probability)
    sign_in_as("company")
    text = client.get("/mine").text
    assert "Det løste behov" in text
    assert "Det åbne behov" not in text
