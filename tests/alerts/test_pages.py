"""The pages of what people follow, of their mails, and of a company's inbox."""

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.alerts.telling import tell_due
from matchmaker.alerts.watching import add_watch, list_watches
from matchmaker.alerts.wishes import MailWishes, read_wishes, stop_address, wants_desk_mail
from matchmaker.clock import to_text, utc_now
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.reviews.actions import review_suggestion
from tests.conftest import text_of
from tests.factories import NOW, make_capability, make_need, make_suggestion

Page = Callable[..., Element]
SignIn = Callable[[str], Account]
LINKS = Links("http://localhost", "only-for-tests")


def test_a_search_is_saved_where_it_was_made_and_named(
    db: Database, client: FlaskClient, sign_in_as: SignIn, page: Page
) -> None:
    company = sign_in_as("company")
    assert "Gem søgningen" in text_of(page("/needs?q=sår&region=1083"))
    form = page("/following/new/need?q=sår&region=1083")
    assert "Gem en søgning" in text_of(form)
    answer = client.post(
        "/following/new/need?q=sår&region=1083&sort=text",
        data={"name": "Sår i syd", "rhythm": "daily"},
    )
    assert answer.status_code == 302
    (watch,) = list_watches(db, company.id)
    assert (watch.name, watch.rhythm) == ("Sår i syd", "daily")
    assert watch.query == {"q": "sår", "region": "1083"}
    assert "Du følger det her" in text_of(page("/needs?region=1083&q=sår"))
    assert "Sår i syd" in text_of(page("/following"))


def test_a_theme_is_followed_renamed_and_let_go(
    db: Database, client: FlaskClient, sign_in_as: SignIn, page: Page
) -> None:
    company = sign_in_as("company")
    assert "Følg temaet" in text_of(page("/themes/pressure-ulcer"))
    client.post(
        "/following/new/both?theme=pressure-ulcer", data={"name": "Sår", "rhythm": "weekly"}
    )
    assert "Du følger det her" in text_of(page("/themes/pressure-ulcer"))
    (watch,) = list_watches(db, company.id)
    page(f"/following/{watch.id}")
    client.post(f"/following/{watch.id}", data={"name": "Tryksår", "rhythm": "daily"})
    (changed,) = list_watches(db, company.id)
    assert (changed.name, changed.rhythm) == ("Tryksår", "daily")
    client.post(f"/following/{watch.id}/remove")
    assert list_watches(db, company.id) == []


def test_who_is_not_signed_in_comes_back_to_the_search_afterwards(client: FlaskClient) -> None:
    answer = client.get("/following/new/need?q=liggesår")
    assert answer.status_code == 302
    assert "following" in answer.headers["Location"]


def test_nobody_sees_or_ends_what_another_follows(
    db: Database, client: FlaskClient, people: dict[str, Account], sign_in_as: SignIn
) -> None:
    watch = add_watch(db, "need", {}, name="Mit", actor=people["clinician"], now=utc_now())
    sign_in_as("company")
    assert client.get(f"/following/{watch.id}").status_code == 404
    assert client.post(f"/following/{watch.id}/remove").status_code == 404
    assert len(list_watches(db, people["clinician"].id)) == 1


@pytest.mark.parametrize("path", ["/following/new/both", "/following/new/both?theme=none-such"])
def test_there_is_nothing_to_follow_without_a_theme(
    path: str, client: FlaskClient, sign_in_as: SignIn
) -> None:
    sign_in_as("company")
    assert client.post(path, data={"name": "X", "rhythm": "daily"}).status_code == 404
    assert client.get("/following/new/nothing").status_code == 404


def test_patient_data_is_kept_in_no_search(
    db: Database, client: FlaskClient, sign_in_as: SignIn
) -> None:
    company = sign_in_as("company")
    for query, name in (("?q=150372-1234", "Navn"), ("", "Bo 150372-1234")):
        answer = client.post(f"/following/new/need{query}", data={"name": name, "rhythm": "daily"})
        assert answer.status_code == 422
    assert list_watches(db, company.id) == []


def test_one_chooses_which_mails_one_gets(
    db: Database, client: FlaskClient, sign_in_as: SignIn, page: Page
) -> None:
    company = sign_in_as("company")
    page("/profile/mails")
    chosen = {"digest": "none", "steps": "each", "alerts": "off"}
    assert client.post("/profile/mails", data=chosen).status_code == 302
    assert read_wishes(db, company.id) == MailWishes(**chosen)
    wrong = {**chosen, "digest": "hourly"}
    client.post("/profile/mails", data=wrong)
    assert read_wishes(db, company.id) == MailWishes(**chosen)


def test_staff_turn_the_daily_mail_of_their_work_off_and_on(
    db: Database, client: FlaskClient, sign_in_as: SignIn, page: Page
) -> None:
    staff = sign_in_as("hub_staff")
    assert "Den daglige mail om mit arbejde" in text_of(page("/profile/mails"))
    assert wants_desk_mail(db, staff)
    chosen = {"digest": "weekly", "steps": "digest", "alerts": "on"}
    client.post("/profile/mails", data={**chosen, "desk": "none"})
    assert not wants_desk_mail(db, staff)
    client.post("/profile/mails", data={**chosen, "desk": "daily"})
    assert wants_desk_mail(db, staff)
    sign_in_as("company")
    assert "Den daglige mail om mit arbejde" not in text_of(page("/profile/mails"))


def test_a_mail_program_unsubscribes_with_one_click_without_sign_in_or_form_token(
    app: Flask, db: Database, people: dict[str, Account]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    path = stop_address(LINKS, people["clinician"].id, "digest").removeprefix("http://localhost")
    answer = app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert read_wishes(db, people["clinician"].id).digest == "none"
    assert app.test_client().post(f"{path}/again").status_code == 400, "that needs the page"


def test_the_link_of_a_mail_shows_one_button_and_changes_nothing_by_itself(
    db: Database, client: FlaskClient, people: dict[str, Account], page: Page
) -> None:
    clinician = people["clinician"]
    path = stop_address(LINKS, clinician.id, "alerts").removeprefix("http://localhost")
    assert "Du afmelder: Mails om det, du følger" in text_of(page(path))
    assert read_wishes(db, clinician.id).alerts == "on"
    client.post(path)
    assert read_wishes(db, clinician.id).alerts == "off"
    assert "Du er afmeldt" in text_of(page(path))
    client.post(f"{path}/again")
    assert read_wishes(db, clinician.id).alerts == "on"


def test_a_link_that_was_changed_or_is_of_somebody_who_has_left_ends_nothing(
    db: Database, client: FlaskClient, people: dict[str, Account]
) -> None:
    path = stop_address(LINKS, people["clinician"].id, "digest").removeprefix("http://localhost")
    assert client.post(f"{path}x").status_code == 404
    db["account"].update(people["clinician"].id, {"active": 0})
    assert client.post(path).status_code == 410


@pytest.fixture
def cases(db: Database, people: dict[str, Account]) -> dict[str, int]:
    """A company with two capabilities: one fits and waits, one got a no, one nobody may see."""
    hospital = people["clinician"].memberships[0].organisation_id
    company = people["company"].memberships[0].organisation_id
    mine = {"owner_id": people["company"].id}
    cushion = make_capability(db, company, title="Pude", **mine)
    mattress = make_capability(db, company, title="Madras", **mine)
    fits = make_need(db, hospital, title="Behovet der passer")
    no = make_need(db, hospital, title="Behovet der fik nej")
    hidden = make_need(db, hospital, title="Det skjulte", state="submitted")
    blind = make_need(db, hospital, title="Det fortrolige", confidential=1)
    make_suggestion(db, fits, cushion)
    declined = make_suggestion(db, no, mattress)
    make_suggestion(db, hidden, cushion)
    make_suggestion(db, blind, cushion)
    review_suggestion(
        db, declined, "reject", reason="lacks_evidence", actor=people["hub_staff"], now=NOW,
        seen_sequence=0,
    )  # fmt: skip
    return {"cushion": cushion, "mattress": mattress}


def test_the_inbox_tells_state_reason_and_what_would_change_it(
    cases: dict[str, int], sign_in_as: SignIn, page: Page
) -> None:
    sign_in_as("company")
    text = text_of(page("/inbox"))
    assert "Behovet der passer" in text
    assert "Behovet der fik nej" in text
    assert "Hvad der kan ændre det" in text
    assert "Det skjulte" not in text
    assert "Det fortrolige" not in text


def test_the_inbox_is_narrowed_to_a_capability_and_a_state(
    cases: dict[str, int], sign_in_as: SignIn, page: Page
) -> None:
    sign_in_as("company")
    text = text_of(page(f"/inbox?capability={cases['cushion']}"))
    assert "Behovet der passer" in text
    assert "Behovet der fik nej" not in text
    ended = text_of(page("/inbox?group=ended"))
    assert "Behovet der passer" not in ended
    assert "Behovet der fik nej" in ended
    assert "Behovet der passer" in text_of(page("/inbox?group=nonsense&capability=0&page=99"))


def test_a_long_inbox_has_pages(
    db: Database, people: dict[str, Account], cases: dict[str, int], sign_in_as: SignIn, page: Page
) -> None:
    hospital = people["clinician"].memberships[0].organisation_id
    for number in range(21):
        need = make_need(db, hospital, title=f"Behov nummer {number}")
        make_suggestion(db, need, cases["cushion"])
    sign_in_as("company")
    seen = "".join(text_of(page(f"/inbox?page={number}")) for number in (1, 2))
    assert len(set(re.findall(r"Behov nummer \d+", seen))) == 21


def test_who_reads_a_case_first_is_told_to_its_owner_and_a_page_loaded_ahead_is_not_read(
    db: Database, client: FlaskClient, people: dict[str, Account], sign_in_as: SignIn, page: Page
) -> None:
    clinician = people["clinician"]
    hospital = clinician.memberships[0].organisation_id
    need = make_need(db, hospital, owner_id=clinician.id, published_at=to_text(utc_now()))
    sign_in_as("hub_staff")
    client.get(f"/reviews/needs/{need}", headers={"Sec-Purpose": "prefetch"})
    assert db.first("select 1 from need_opening") is None
    assert client.get(f"/reviews/needs/{need}").status_code == 200
    sign_in_as("hub_manager")
    client.get(f"/reviews/needs/{need}")
    sign_in_as("clinician")
    for path in (f"/needs/{need}", "/mine"):
        text = text_of(page(path))
        assert "Læst af Anna Riis" in text
        assert "Per Dam" not in text


def test_the_public_is_not_told_who_read_a_need(
    db: Database, client: FlaskClient, people: dict[str, Account], sign_in_as: SignIn, page: Page
) -> None:
    need = make_need(db, people["clinician"].memberships[0].organisation_id)
    sign_in_as("hub_staff")
    client.get(f"/reviews/needs/{need}")
    sign_in_as("company")
    assert "Anna Riis" not in text_of(page(f"/needs/{need}"))


def test_a_kept_digest_is_read_as_a_page(
    db: Database, client: FlaskClient, people: dict[str, Account], sign_in_as: SignIn, page: Page
) -> None:
    add_watch(db, "need", {}, name="Alle", rhythm="daily", actor=people["company"], now=NOW)
    hospital = people["clinician"].memberships[0].organisation_id
    need = make_need(db, hospital, published_at=to_text(NOW + timedelta(hours=1)))
    tell_due(db, links=LINKS, now=NOW + timedelta(days=1))
    sign_in_as("company")
    row = db.first("select id from outbox_mail where kind = 'alerts'")
    assert row is not None
    links = [link.get("href") for link in page(f"/mails/{row['id']}").iter() if link.get("href")]
    assert f"/needs/{need}" in links


def test_a_name_of_blanks_is_refused_beside_its_field(
    db: Database, client: FlaskClient, sign_in_as: SignIn
) -> None:
    company = sign_in_as("company")
    watch = add_watch(db, "need", {"q": "fald"}, name="Fald", actor=company, now=NOW)
    for path in ("/following/new/need?q=sår", f"/following/{watch.id}"):
        assert client.post(path, data={"name": "  ", "rhythm": "weekly"}).status_code == 422
