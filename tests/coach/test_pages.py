"""Where people meet the coach: after the preview, and on the lists of staff."""

from collections.abc import Callable
from typing import Any

import pytest

from matchmaker.accounts.account import Account
from matchmaker.capabilities import actions as capabilities
from matchmaker.capabilities.capability import Offer
from matchmaker.database import Database
from matchmaker.needs import actions as needs
from matchmaker.needs.need import Answers
from tests.conftest import text_of
from tests.factories import NOW
from tests.html_checks import XHTML


def test_the_preview_of_a_thin_need_says_what_is_missing_and_leads_to_the_field(
    db: Database, people: dict[str, Account], sign_in_as: Any, page: Callable[..., Any]
) -> None:
    owner = people["clinician"]
    place = next(iter(owner.organisation_ids))
    need_id = needs.save_draft(
        db, Answers(problem="Vi mangler en app."), organisation_id=place, actor=owner, now=NOW
    )
    sign_in_as("clinician")
    tree = page(f"/needs/{need_id}/preview")
    assert "Du beder om “app”" in text_of(tree)
    links = [link.get("href") for link in tree.iter(f"{XHTML}a")]
    assert f"/needs/{need_id}/edit#extent" in links


@pytest.mark.parametrize("path", ["/needs", "/capabilities"])
def test_only_staff_see_what_a_text_earns_and_may_sort_by_it(
    path: str, db: Database, people: dict[str, Account], sign_in_as: Any, page: Callable[..., Any]
) -> None:
    owner, company = people["clinician"], people["company"]
    place = next(iter(owner.organisation_ids))
    need_id = needs.save_draft(
        db, Answers(problem="Vi mangler en app."), organisation_id=place, actor=owner, now=NOW
    )
    needs.publish(db, need_id, actor=owner, now=NOW)
    offer = Offer("solution", "App", "En app mod fald.")
    house = next(iter(company.organisation_ids))
    made = capabilities.save_draft(db, offer, organisation_id=house, actor=company, now=NOW)
    capabilities.publish(db, made, actor=company, now=NOW)
    sign_in_as("clinician")
    assert "af 100" not in text_of(page(f"{path}?sort=text"))
    sign_in_as("hub_staff")
    tree = page(f"{path}?sort=text")
    assert "Svageste tekster først" in text_of(tree)
    assert "af 100" in text_of(tree)
