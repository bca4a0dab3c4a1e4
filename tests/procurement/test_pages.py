"""The pages before a purchase, as people click through them."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.collaborations.asking import ask_hub
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.procurement.planning import find_guide, find_plan, save_guide, save_plan
from matchmaker.procurement.queries import list_published
from tests.collaborations.conftest import LINKS
from tests.collaborations.test_answering import say
from tests.conftest import text_of
from tests.factories import NOW
from tests.procurement.conftest import TENDER, Market, make_market

Page = Callable[..., Element]
SignIn = Callable[[Account], None]
ANSWERS = "aim=learn&exists=ready&pays=nothing&later=yes&value=near&others=several"
PLAN = {
    "path": "tender", "value_band": "near", "decides": "Indkøb", "form": "small_test",
    "version": "0",
}  # fmt: skip


@pytest.fixture
def market(db: Database, sign_in: SignIn) -> Market:
    made = make_market(db)
    sign_in(made.world.staff)
    return made


def test_anybody_can_use_the_guide(client: FlaskClient, page: Page) -> None:
    page("/procurement/guide")
    assert "Ét spørgsmål mangler svar" not in text_of(page("/procurement/guide"))
    assert "5 spørgsmål mangler svar" in text_of(page("/procurement/guide?show=1&aim=buy"))
    result = text_of(page(f"/procurement/guide?{ANSWERS}"))
    assert "Lille test" in result
    assert "ikke juridisk rådgivning" in result
    assert "Konkurrence- og Forbrugerstyrelsen" in result
    assert client.post("/procurement/guide", data={"target": "need-1"}).status_code == 302


def test_the_guide_is_kept_where_the_reader_looks_after_it(
    market: Market, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    given = dict(pair.split("=") for pair in ANSWERS.split("&"))
    sign_in(market.world.karen)
    page(f"/procurement/guide?{ANSWERS}&collaboration={market.first.id}")
    target = f"collaboration-{market.first.id}"
    response = client.post("/procurement/guide", data={**given, "target": target})
    assert response.status_code == 302
    assert find_guide(market.db, market.need, market.first.id) is not None
    assert "Lille test" in text_of(page(f"/procurement/guide?need={market.need}&{ANSWERS}"))
    for wrong in ({"target": "need-999"}, {"target": "x"}, {"target": target, "aim": "fun"}):
        assert client.post("/procurement/guide", data={**given, **wrong}).status_code == 422
    sign_in(market.world.jonas)
    answer = client.post("/procurement/guide", data={**given, "target": target})
    assert answer.status_code == 422


def test_a_draft_that_was_never_sent_is_the_hubs_alone(
    market: Market, client: FlaskClient, sign_in: SignIn
) -> None:
    db, staff, karen = market.db, market.world.staff, market.world.karen
    given = dict(pair.split("=") for pair in ANSWERS.split("&"))
    draft = market.second.id
    save_guide(db, market.need, given, collaboration_id=draft, actor=staff, now=NOW)
    db["collaboration"].update(draft, {"stage": "draft", "invited_at": None})
    db.execute(
        "update collaboration_party set invited_at = null where collaboration_id = ?", (draft,)
    )
    kept, chosen = f"/procurement/guide?collaboration={draft}", f"&{ANSWERS}"
    target = {**given, "target": f"collaboration-{draft}"}
    plan = f"/procurement/collaborations/{draft}/plan"
    for reader, may_see in ((karen, False), (staff, True)):
        sign_in(reader)
        assert (market.second.title in client.get(kept + chosen).text) is may_see
        assert ("checked" in client.get(kept).text) is may_see
        assert client.get(plan).status_code == (200 if may_see else 404)
        answer = client.post("/procurement/guide", data=target)
        # As a target that is not there: the form asks anew.
        assert answer.status_code == (302 if may_see else 422)
        assert client.post(plan, data=PLAN).status_code == (302 if may_see else 404)
    sign_in(karen)
    assert (
        market.first.title
        in client.get(f"/procurement/guide?collaboration={market.first.id}{chosen}").text
    )


def test_the_log_is_read_written_and_taken_along(
    market: Market, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    address = f"/procurement/needs/{market.need}/log"
    assert "Rivalen A/S" in text_of(page(address))
    line = {
        "kind": "paid", "organisation": str(market.rival), "happened_on": "2026-11-20",
        "summary": "Rapport",
    }  # fmt: skip
    assert client.post(address, data=line).status_code == 302
    assert client.post(address, data={**line, "summary": ""}).status_code == 422
    assert client.post(address, data={**line, "organisation": "1"}).status_code == 422
    assert "Rapport" in text_of(page(address))
    (number,) = market.db.rows("select id from procurement_contact where kind = 'paid'")
    for _twice in range(2):
        client.post(f"{address}/{number['id']}/correct")
    assert "Trukket tilbage" in text_of(page(address))
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        assert client.get(f"{address}.{kind}").data.startswith(start)
    sign_in(market.world.karen)
    assert "Rivalen" not in text_of(page(address))
    assert "Rivalen" not in client.get(f"{address}.csv").text
    sign_in(market.world.jonas)
    assert client.get(address).status_code == 403
    assert client.get(f"{address}.csv").status_code == 403


def test_a_note_is_looked_at_and_sent_once(market: Market, client: FlaskClient, page: Page) -> None:
    address = f"/procurement/needs/{market.need}/note"
    page(address)
    form = {"form_key": "a" * 32, "text_da": "Vi måler\r\nhver nat.", "text_en": ""}
    preview = client.post(address, data={**form, "preview": "1"})
    assert preview.status_code == 200
    assert "Rivalen A/S" in preview.text
    assert market.world.mails("note_to_all") == []
    back = client.post(address, data={**form, "back": "1"})
    assert "hver nat." in back.text
    refused = client.post(address, data={**form, "text_da": "Spørg Nordhud", "preview": "1"})
    assert refused.status_code == 422
    assert "Spørg Nordhud" in refused.text
    for _twice in range(2):
        assert client.post(address, data={**form, "send": "1"}).status_code == 302
    assert len(market.world.mails("note_to_all")) == 3
    page(f"/procurement/needs/{market.need}/questions")


def test_a_published_answer_is_read_by_those_who_were_shown_the_need(
    market: Market, client: FlaskClient, page: Page, sign_in: SignIn, people: dict[str, Account]
) -> None:
    party = market.party_of(market.world.jonas)
    question = ask_hub(
        market.db, party.id, "Hvor mange senge?", actor=market.world.jonas, links=LINKS, now=NOW
    )
    address = f"/collaborations/{market.first.id}"
    assert "Hvor mange senge?" in text_of(page(address))
    reply = {f"question-{question}-answer": "28.", f"question-{question}-publish": "y"}
    assert client.post(f"{address}/questions/{question}", data=reply).status_code == 422
    named = {**reply, f"question-{question}-public_question": "Nordhud spørger: hvor mange?"}
    assert client.post(f"{address}/questions/{question}", data=named).status_code == 422
    worded = {**reply, f"question-{question}-public_question": "Hvor mange senge er der?"}
    assert client.post(f"{address}/questions/{question}", data=worded).status_code == 302
    assert len(list_published(market.db, market.need)) == 1
    told = f"/procurement/needs/{market.need}/questions"
    sign_in(market.bente)
    text = text_of(page(told))
    assert "Hvor mange senge er der?" in text
    assert "Nordhud" not in text
    assert "Jonas" not in text
    assert client.post(told, data={"question": "Og om natten?"}).status_code == 302
    assert client.post(told, data={"question": ""}).status_code == 422
    sign_in(people["company"])
    assert client.get(told).status_code == 404
    assert client.post(told, data={"question": "Hvad?"}).status_code == 404


def test_the_path_is_asked_for_before_the_test_and_both_are_kept_at_once(
    market: Market, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    for account in (market.world.karen, market.world.jonas, market.world.tina):
        say(market.world, market.first, account)
    address = f"/collaborations/{market.first.id}"
    sign_in(market.world.jonas)
    assert client.post(f"{address}/move", data={"stage": "test"}).location.endswith(address)
    sign_in(market.world.karen)
    asked = client.post(f"{address}/move", data={"stage": "test"}).location
    assert asked == f"/procurement{address}/plan?then=test"
    page(asked)
    incomplete = {**PLAN, "then": "test", "decides": ""}
    assert client.post(asked, data=incomplete).status_code == 422
    assert find_plan(market.db, market.first.id) is None
    client.get("/about?lang=da")
    for _click in range(2):
        assert client.post(asked, data={**PLAN, "then": "test"}).status_code == 302
        assert "og testen er begyndt." in client.get(address).text
    assert get_collaboration(market.db, market.first.id).stage == "test"
    moves = [
        e for e in list_events(market.db, "collaboration", market.first.id) if "move" in e.action
    ]
    assert len(moves) == 1
    client.get("/?lang=en")
    mine = {**PLAN, "path": "direct", "decides": "The board"}
    stale = client.post(asked, data=mine)
    assert stale.status_code == 422
    assert "Somebody else has saved in the meantime" in stale.text
    assert f"<dd>{PLAN['decides']}</dd>" in stale.text
    assert 'value="The board"' in stale.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert version is not None
    assert client.post(asked, data={**mine, "version": version[1]}).status_code == 302
    saved = find_plan(market.db, market.first.id)
    assert saved is not None
    assert saved.answers.decides == "The board"
    page(address)


def test_a_warning_stands_on_the_page_of_each_who_should_know(
    market: Market, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    save_plan(market.db, market.first.id, TENDER, actor=market.world.karen, now=NOW)
    client.post(
        f"/procurement/needs/{market.need}/log",
        data={
            "kind": "requirements", "organisation": str(market.world.company),
            "happened_on": "2026-11-20", "summary": "Krav",
        },
    )  # fmt: skip
    address = f"/collaborations/{market.first.id}"
    assert "Nordhud ApS kan blive udelukket" in text_of(page(address))
    sign_in(market.world.jonas)
    text = text_of(page(address))
    assert "I kan blive nødt til at stå uden for" in text
    assert "Indkøb" not in text
    sign_in(market.world.tina)
    assert "inhabil" not in text_of(page(address))
    sign_in(market.world.karen)
    assert "har været med til at skrive kravene" in text_of(page(address))
