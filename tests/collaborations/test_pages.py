"""From the approved suggestions to the open names, as people click through it."""

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.audit.log import record
from matchmaker.clock import utc_now
from matchmaker.collaborations.drafting import create_draft
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from tests.collaborations.conftest import LINKS, World, make_world
from tests.conftest import text_of
from tests.factories import NOW, join

Page = Callable[..., Element]
SignIn = Callable[[Account], None]


@pytest.fixture
def stored(db: Database, sign_in: SignIn) -> World:
    world = make_world(db)
    sign_in(world.staff)
    return world


def links_in_mails(world: World, kind: str = "proposal") -> dict[str, str]:
    """Return the path of the link that each reader got."""
    found = {}
    for mail in world.mails(kind):
        link = re.search(r"http://localhost(/\S+)", mail["body_text"])
        assert link is not None
        found[mail["recipient"]] = link[1].partition("?")[0]
    return found


def fields(world: World, **values: str) -> dict[str, str]:
    return {
        "title": "Liggesår",
        "introduction": "I har noget at tale om.",
        f"contact-need-{world.need}": str(world.karen.id),
        f"show-need-{world.need}": "y",
        f"contact-capability-{world.solution}": str(world.jonas.id),
        f"contact-capability-{world.testbed}": str(world.tina.id),
        **values,
    }


def test_staff_walk_from_approved_suggestions_to_sent_invitations(
    stored: World, client: FlaskClient, page: Page
) -> None:
    page(f"/collaborations/new?need={stored.need}")
    response = client.post(f"/collaborations/new?need={stored.need}", data=fields(stored))
    assert response.status_code == 302, response.text
    address = response.location
    page(address)
    page(f"{address}/edit")
    collaboration = int(address.rpartition("/")[2])
    client.post(f"{address}/send", data={"version": "1"})
    assert get_collaboration(stored.db, collaboration).stage == "invited"
    page(address)
    page(f"{address}/log")
    page("/collaborations")
    page("/collaborations?hub=all")
    page("/collaborations?hub=own")


def test_the_prefilled_text_is_in_the_chosen_language_and_names_nobody_hidden(
    stored: World, client: FlaskClient
) -> None:
    stored.db["need"].update(stored.need, {"show_organisation": 0})
    text = client.get(f"/collaborations/new?need={stored.need}&language=en&lang=da").text
    introduction = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert introduction is not None
    assert "A hospital in the Region of Southern Denmark" in introduction[1]
    assert "Sygehus Sydfjord" not in introduction[1]


def test_an_error_in_the_draft_keeps_every_choice(stored: World, client: FlaskClient) -> None:
    client.get("/?lang=en")
    response = client.post(
        f"/collaborations/new?need={stored.need}",
        data=fields(stored, introduction="Skriv til Karen Holm."),
    )
    assert response.status_code == 422
    assert "Remove “Karen Holm”" in response.text
    assert "Skriv til Karen Holm." in response.text
    assert f'value="{stored.tina.id}" selected' in response.text


def test_two_parties_accept_from_their_mails_and_see_each_other(
    stored: World, client: FlaskClient, page: Page
) -> None:
    collaboration = stored.invited(parties=stored.hide())
    links = links_in_mails(stored)
    client.get("/")
    with client.session_transaction() as session:
        session.clear()
    opened = page(links[stored.jonas.email])
    for hidden in ("Sygehus Sydfjord", "Karen", stored.karen.email, "65 00 11 22"):
        assert hidden not in text_of(opened)
    for account in (stored.karen, stored.jonas):
        response = client.post(links[account.email], data={"answer": "yes"})
        assert response.status_code == 302
    assert stored.karen.email not in text_of(page(links[stored.jonas.email]))
    client.post(links[stored.tina.email], data={"answer": "yes"})
    opened = page(links[stored.jonas.email])
    for shown in ("Sygehus Sydfjord", "Karen Holm", stored.karen.email, "65 00 11 22"):
        assert shown in text_of(opened)
    assert get_collaboration(stored.db, collaboration.id).stage == "introduced"


def test_opening_a_link_changes_nothing(stored: World, client: FlaskClient) -> None:
    stored.invited()
    before = stored.db.rows("select count(*) as n from audit_event")
    for link in links_in_mails(stored).values():
        client.get(link)
        client.head(link)
    assert stored.db.rows("select count(*) as n from audit_event") == before
    assert stored.db.rows("select count(*) as n from interest") == [{"n": 0}]


def test_no_later_and_a_question_are_given_by_link(
    stored: World, client: FlaskClient, page: Page
) -> None:
    collaboration = stored.invited()
    link = links_in_mails(stored)[stored.jonas.email]
    client.get("/?lang=en")
    assert client.post(link, data={"answer": "no"}).status_code == 422
    without_words = client.post(link, data={"answer": "no", "reason": "other"})
    assert "another reason in a few words" in without_words.text
    assert without_words.status_code == 422
    client.post(link, data={"answer": "no", "reason": "capacity", "note": "Ikke i år"})
    page(link)
    client.get("/?lang=en")
    past = client.post(link, data={"answer": "later", "later_on": "2020-01-01"})
    assert "Choose a day after today" in past.text
    later = (utc_now().date() + timedelta(30)).isoformat()
    assert client.post(link, data={"answer": "later", "later_on": later}).status_code == 302
    client.post(f"{link}/question", data={"question": "Hvor mange senge?"})
    page(link)
    page(f"/collaborations/{collaboration.id}")
    question = stored.db.first("select id from collaboration_question")
    assert question is not None
    client.post(
        f"/collaborations/{collaboration.id}/questions/{question['id']}",
        data={f"question-{question['id']}-answer": "28."},
    )
    assert "28." in text_of(page(link))


def test_who_saves_a_draft_second_sees_what_the_first_did_and_can_save(
    stored: World, client: FlaskClient
) -> None:
    draft = create_draft(stored.db, stored.draft(), actor=stored.staff, now=NOW)
    edit = f"/collaborations/{draft}/edit"
    client.get("/?lang=en")
    assert client.post(edit, data=fields(stored, title="Hers", version="1")).status_code == 302
    stale = client.post(edit, data=fields(stored, title="Mine", version="1"))
    assert stale.status_code == 422
    for shown in ("Somebody else has saved", "Last saved by Anna Riis", "Hers", 'value="Mine"'):
        assert shown in stale.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert version is not None
    again = client.post(edit, data=fields(stored, title="Mine", version=version[1]))
    assert again.status_code == 302
    assert get_collaboration(stored.db, draft).title == "Mine"
    client.post(f"/collaborations/{draft}/send", data={"version": "3"})
    late = client.post(edit, data=fields(stored, title="Late", version="3"))
    assert late.status_code == 422
    assert "It has moved on in the meantime" in late.text
    assert 'value="Late"' in late.text


def test_a_forged_or_foreign_link_opens_nothing(stored: World, client: FlaskClient) -> None:
    collaboration = stored.invited()
    party = stored.party_of(collaboration, stored.jonas)
    foreign = LINKS.sign("answer", party_id=party.id, account_id=stored.karen.id)
    other = LINKS.sign("renew-need", party_id=party.id, account_id=stored.jonas.id)
    for token in ("nonsense", foreign, other):
        assert client.get(f"/collaborations/answer/{token}").status_code == 404


def test_parties_see_their_collaboration_and_strangers_do_not(
    stored: World, client: FlaskClient, page: Page, sign_in: SignIn, people: dict[str, Account]
) -> None:
    collaboration = stored.invited()
    address = f"/collaborations/{collaboration.id}"
    sign_in(stored.karen)
    page(address)
    page(f"{address}/log")
    sign_in(people["company"])
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/log").status_code == 404
    assert client.post(f"{address}/move", data={"stage": "test"}).status_code in (302, 404)


def test_who_speaks_for_two_parties_sees_both_and_answers_for_each(
    stored: World, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    collaboration = stored.invited()
    parties = [stored.party_of(collaboration, person) for person in (stored.karen, stored.tina)]
    join(stored.db, stored.karen.id, parties[1].organisation_id, "editor")
    address = f"/collaborations/{collaboration.id}"
    sign_in(stored.karen)
    ways = [f"{address}?party={party.id}" for party in parties]
    links = {link.get("href"): link.get("aria-current") for link in page(address).iter()}
    assert [links[way] for way in ways] == ["true", None]
    assert "du kan se og gøre for Ådal Kommune (Testboliger)" in text_of(page(ways[1]))
    for party, name in zip(parties, ("Sygehus Sydfjord", "Ådal Kommune"), strict=True):
        shown = page(address)
        assert f"du kan se og gøre for {name}" in text_of(shown), "who waits comes first"
        actions = [form.get("action") or "" for form in shown.iter()]
        give = next(action for action in actions if "/collaborations/answer/" in action)
        assert client.post(give, data={"answer": "yes"}).status_code == 302
        answered = get_collaboration(stored.db, collaboration.id).party(party.id)
        assert answered is not None
        assert answered.answer_in(collaboration.circle) == "yes"
    page(f"{address}/log?party={parties[1].id}")
    note = {"audience": "parties", "note": "Vi ses."}
    client.post(links_in_mails(stored)[stored.jonas.email], data={"answer": "yes"})
    kept = client.post(f"{address}/notes?party={parties[1].id}", data=note)
    assert kept.location == f"{ways[1]}#notes"
    foreign = stored.party_of(collaboration, stored.jonas)
    for rest in ("", "/log"):
        assert client.get(f"{address}{rest}?party={foreign.id}").status_code == 404
    sign_in(stored.jonas)
    assert "Du repræsenterer flere parter her" not in text_of(page(address))


def test_stages_notes_hand_over_and_the_end(
    stored: World, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    collaboration = stored.invited()
    for link in links_in_mails(stored).values():
        client.post(link, data={"answer": "yes"})
    address = f"/collaborations/{collaboration.id}"
    sign_in(stored.karen)
    client.post(f"{address}/move", data={"stage": "dialogue"})
    client.post(f"{address}/notes", data={"audience": "parties", "note": "Vi ses tirsdag."})
    assert "Vi ses tirsdag." in text_of(page(address))
    sign_in(stored.staff)
    assert client.post(f"{address}/close", data={"version": "1"}).status_code == 422
    stale = client.post(f"{address}/close", data={"version": "1", "reason": "price"})
    assert stale.status_code == 422
    version = str(get_collaboration(stored.db, collaboration.id).version)
    client.post(f"{address}/hand-over", data={"version": version, "hub": stored.other_hub})
    version = str(get_collaboration(stored.db, collaboration.id).version)
    client.post(f"{address}/close", data={"version": version, "reason": "finished"})
    assert get_collaboration(stored.db, collaboration.id).stage == "closed"
    page(address)
    sign_in(stored.karen)
    page(address)
    with stored.db.atomic():
        record(stored.db, "need.publish", "need", stored.need, actor_id=None, now=NOW)
    told = text_of(page(f"/needs/{stored.need}"))
    assert "hub" in told.lower()


def test_the_log_names_the_purchase_path_and_calls_nothing_closed(
    stored: World, client: FlaskClient
) -> None:
    collaboration = stored.invited()
    stored.plan_purchase(collaboration.id)
    client.get("/?lang=en")
    shown = client.get(f"/collaborations/{collaboration.id}/log").text
    assert "How it would be bought" in shown
    assert "Closed" not in shown


def test_the_text_is_kept_when_a_colleague_proposed_the_same_meanwhile(
    stored: World, client: FlaskClient
) -> None:
    client.get("/?lang=en")
    form = client.get(f"/collaborations/new?need={stored.need}").text
    action = re.search(r'method="post" action="(/collaborations/new[^"]+)"', form)
    assert action is not None
    stored.invited()
    data = fields(stored, introduction="Et langt og godt brev.")
    response = client.post(action[1].replace("&amp;", "&"), data=data)
    assert response.status_code == 422
    assert "Et langt og godt brev." in response.text
    assert "is proposed elsewhere already" in response.text
