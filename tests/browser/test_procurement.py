"""Two companies are shown a need: one asks, all read the answer, and all get the same note."""

from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from matchmaker.accounts.account import Account
from matchmaker.accounts.queries import get_account
from matchmaker.clock import utc_now
from matchmaker.collaborations.draft import Draft, PartyDraft
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.inviting import invite
from matchmaker.database import Database
from matchmaker.demo.queries import find_demo_person
from matchmaker.outbox.links import Links
from matchmaker.reviews.actions import review_suggestion
from tests.browser.conftest import Server
from tests.factories import make_capability, make_need, make_suggestion

pytestmark = pytest.mark.browser

LINKS = Links("http://localhost", "only-for-tests")


def test_a_question_is_answered_for_all_and_all_get_the_same_note(
    own_server: Server, open_as: Callable[..., Page]
) -> None:
    with closing(own_server.open_database()) as db:
        need, collaboration = _propose_to_two(db)
    company = open_as(own_server, "company", "da")
    researcher = open_as(own_server, "researcher", "da")
    staff = open_as(own_server, "hub-staff", "da")
    told = f"/procurement/needs/{need}/questions"

    company.goto(told)
    company.get_by_label("Dit spørgsmål").fill("Hvor mange senge har I?")
    company.get_by_role("button", name="Send spørgsmålet").click()
    expect(company.get_by_role("status").first).to_be_visible()

    staff.goto(f"/collaborations/{collaboration}")
    staff.get_by_label("Svar", exact=True).fill("Vi har 28 senge.")
    staff.get_by_label("Spørgsmålet, som alle læser det").fill("Hvor mange senge er der?")
    staff.get_by_role("button", name="Send svaret").click()
    researcher.goto(told)
    expect(researcher.get_by_text("Hvor mange senge er der?")).to_be_visible()
    expect(researcher.get_by_text("Hvor mange senge har I?")).to_have_count(0)

    staff.goto(f"/procurement/needs/{need}/note")
    staff.get_by_label("Beskeden på dansk").fill("Afdelingen flytter til marts.")
    staff.get_by_role("button", name="Se den, før den sendes").click()
    staff.get_by_role("button", name="Send den til 2 organisationer").click()
    for reader in (company, researcher):
        reader.goto(told)
        expect(reader.get_by_text("Afdelingen flytter til marts.")).to_be_visible()
    staff.goto(f"/procurement/needs/{need}/log")
    expect(staff.get_by_text("Fik en besked til alle")).to_have_count(2)
    with closing(own_server.open_database()) as db:
        mails = db.rows("select account_id from outbox_mail where kind = 'note_to_all'")
    assert len({mail["account_id"] for mail in mails}) == len(mails) == 2


def _propose_to_two(db: Database) -> tuple[int, int]:
    """Return a new need of the clinician's and its proposal to the company and the researcher."""
    staff, clinician = _person(db, "hub-staff"), _person(db, "clinician")
    place = clinician.memberships[0].organisation_id
    need = make_need(
        db, place, owner_id=clinician.id, hub_id=staff.hub_ids[0], title="Tryk i kørestol"
    )
    parties, suggestions = [PartyDraft(clinician.id, need_id=need)], []
    for position, persona in enumerate(("company", "researcher"), start=1):
        person = _person(db, persona)
        organisation = person.memberships[0].organisation_id
        offered = make_capability(db, organisation, owner_id=person.id, title=f"Tilbud {position}")
        suggestion = make_suggestion(db, need, offered, position=position)
        review_suggestion(db, suggestion, "approve", actor=staff, now=utc_now(), seen_sequence=0)
        parties.append(PartyDraft(person.id, capability_id=offered))
        suggestions.append(suggestion)
    draft = Draft("Tryk i kørestol", "da", "Har I noget?", tuple(suggestions), tuple(parties))
    collaboration = create_draft(db, draft, actor=staff, now=utc_now())
    invite(db, collaboration, links=LINKS, actor=staff, now=utc_now())
    return need, collaboration


def _person(db: Database, persona: str) -> Account:
    found = find_demo_person(db, persona)
    assert found is not None
    return get_account(db, found.account_id)
