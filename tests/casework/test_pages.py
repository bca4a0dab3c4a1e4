"""The page of the work, as staff and parties use it."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from matchmaker.accounts.account import Account
from matchmaker.casework.meetings import get_meeting
from matchmaker.casework.tasks import get_task
from matchmaker.clock import danish_day, utc_now
from matchmaker.config import Settings
from matchmaker.database import Database
from tests.casework.conftest import Table, introduce
from tests.casework.test_files import PDF
from tests.collaborations.conftest import make_world
from tests.conftest import text_of
from tests.html_checks import check_page

Page = Callable[..., Element]
SignIn = Callable[[Account], None]


@pytest.fixture
def stored(db: Database) -> Table:
    return introduce(make_world(db))


def day(days: int) -> str:
    return (danish_day(utc_now()) + timedelta(days=days)).isoformat()


def meeting_form(guest: Account, **other: str) -> dict[str, object]:
    """Return what is sent to call a meeting in ten days."""
    return {
        "title": "Opstart", "starts_on": day(10), "starts_at": "09:30", "minutes": "60",
        "guests": [str(guest.id)], **other,
    }  # fmt: skip


def work(table: Table, rest: str = "work") -> str:
    return f"/collaborations/{table.id}/{rest}"


def upload(client: FlaskClient, table: Table, name: str, content: bytes, **more: str) -> int:
    fields = {"audience": "parties", "nobody": "y", **more}
    response = client.post(
        work(table, "files"), data={"file": (io.BytesIO(content), name), **fields}
    )
    return response.status_code


def test_parties_plan_meet_and_share(
    stored: Table, client: FlaskClient, page: Page, sign_in: SignIn, settings: Settings
) -> None:
    sign_in(stored.world.karen)
    task = {
        "text": "Skriv testplanen", "due_on": day(-2), "audience": "parties",
        "responsible": stored.world.jonas.id,
    }  # fmt: skip
    assert client.post(work(stored, "tasks"), data=task).status_code == 302
    meeting = meeting_form(stored.world.jonas)
    far = client.post(work(stored, "meetings"), data={**meeting, "starts_on": "2999-01-01"})
    assert far.status_code == 422
    assert "Choose a day no later than " in far.get_data(as_text=True)
    assert client.post(work(stored, "meetings"), data=meeting).status_code == 302
    assert upload(client, stored, "../Plan.exe", PDF) == 302
    shown = text_of(page(work(stored)))
    for words in ("Skriv testplanen", "Over tiden", "Opstart", "Plan.pdf"):
        assert words in shown
    page("/collaborations/tasks/1")
    page("/collaborations/meetings/1")
    client.post("/collaborations/tasks/1/done", data={"done": "yes"})
    assert "1 opgave er løst" in text_of(page(work(stored)))
    assert not (settings.data_folder / "files").stat().st_mode & 0o077


def test_a_meeting_that_has_been_says_why_it_is_not_called_off(
    stored: Table, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    sign_in(stored.world.karen)
    meeting = meeting_form(stored.world.jonas)
    client.post(work(stored, "meetings"), data=meeting)
    assert "Aflys mødet" in text_of(page("/collaborations/meetings/1"))
    stored.db["meeting"].update(1, {"starts_at": f"{day(-1)}T09:30:00Z"})
    shown = text_of(page("/collaborations/meetings/1"))
    assert "Et møde, der er holdt, kan hverken ændres eller aflyses." in shown
    assert "Aflys mødet" not in shown
    client.get("/about?lang=da")
    client.post("/collaborations/meetings/1/cancel")
    assert "Det kan hverken ændres eller aflyses bagefter." in client.get(work(stored)).text


def version_in(text: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', text)
    assert found is not None
    return found[1]


def test_who_saves_a_task_second_sees_what_the_first_did_and_can_save(
    stored: Table, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(stored.world.karen)
    mine = {
        "text": "Write the plan", "due_on": day(3), "audience": "parties",
        "responsible": stored.world.jonas.id,
    }  # fmt: skip
    client.post(work(stored, "tasks"), data=mine)
    path = "/collaborations/tasks/1"
    sign_in(stored.world.jonas)
    hers = {**mine, "text": "Draw the plan", "version": "1"}
    assert client.post(path, data=hers).status_code == 302
    client.post(f"{path}/done", data={"done": "yes"})
    sign_in(stored.world.karen)
    client.get("/?lang=en")
    stale = client.post(path, data={**mine, "text": "Film the plan", "version": "1"})
    assert stale.status_code == 422
    told = check_page(stale.text, "en")
    for words in ("Somebody else has saved", "Last saved by Jonas Lind", "The task is done."):
        assert words in text_of(told)
    assert '<p class="own-text">Draw the plan</p>' in stale.text
    assert 'value="Film the plan"' in stale.text
    again = {**mine, "text": "Film the plan", "version": version_in(stale.text)}
    assert client.post(path, data=again).status_code == 302
    task, _seat = get_task(stored.db, 1, stored.world.karen)
    assert (task.text, task.is_done) == ("Film the plan", True)


def test_who_saves_a_meeting_second_sees_what_the_first_did_and_can_save(
    stored: Table, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(stored.world.karen)
    mine = meeting_form(stored.world.jonas, title="Kick-off")
    client.post(work(stored, "meetings"), data=mine)
    path = "/collaborations/meetings/1"
    sign_in(stored.world.jonas)
    hers = {**mine, "title": "Start", "place": "Room 7", "minutes": "90", "version": "0"}
    assert client.post(path, data=hers).status_code == 302
    sign_in(stored.world.karen)
    client.get("/?lang=en")
    stale = client.post(path, data={**mine, "title": "Mine", "version": "0"})
    assert stale.status_code == 422
    told = text_of(check_page(stale.text, "en"))
    for words in ("Somebody else has saved", "Last saved by Jonas Lind", "Room 7", "1½ hours"):
        assert words in told
    assert "<h3>Start</h3>" in stale.text
    assert 'value="Mine"' in stale.text
    again = {**mine, "title": "Mine", "version": version_in(stale.text)}
    assert client.post(path, data=again).status_code == 302
    assert get_meeting(stored.db, 1, stored.world.karen)[0].title == "Mine"


@pytest.mark.parametrize("end", ["called off", "over"])
def test_what_was_typed_for_a_meeting_that_has_ended_can_be_a_new_one(
    stored: Table, client: FlaskClient, sign_in: SignIn, end: str
) -> None:
    sign_in(stored.world.karen)
    mine = meeting_form(stored.world.jonas, title="Kick-off")
    client.post(work(stored, "meetings"), data=mine)
    path = "/collaborations/meetings/1"
    if end == "over":
        stored.db["meeting"].update(1, {"starts_at": f"{day(-1)}T09:30:00Z"})
    else:
        client.post(f"{path}/cancel")
    client.get("/?lang=en")
    late = client.post(path, data={**mine, "title": "Later", "version": "0"})
    assert late.status_code == 422
    assert f"The meeting {'is over' if end == 'over' else 'has been called off'}" in text_of(
        check_page(late.text, "en")
    )
    assert "Somebody else has saved" not in late.text
    assert 'value="Later"' in late.text
    assert f'action="{work(stored, "meetings")}"' in late.text
    assert f'action="{path}/cancel"' not in late.text


def test_a_file_is_sent_to_be_kept_and_never_shown(
    stored: Table, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(stored.world.karen)
    upload(client, stored, "Plan æ.pdf", PDF)
    sign_in(stored.world.tina)
    response = client.get("/collaborations/files/1")
    assert response.data == PDF
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.content_type == "application/pdf"


def test_strangers_learn_nothing_and_change_nothing(
    stored: Table, client: FlaskClient, sign_in: SignIn, settings: Settings
) -> None:
    sign_in(stored.world.karen)
    upload(client, stored, "Plan.pdf", PDF)
    sign_in(stored.stranger)
    for path in (work(stored), "/collaborations/files/1"):
        assert client.get(path).status_code == 404
    assert upload(client, stored, "Plan.pdf", PDF + b"x") == 404
    assert client.post("/collaborations/files/1/remove").status_code == 404
    assert len(list(Path(settings.data_folder / "files").iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"MZ\x90\x00\x03", "Brug PDF, Word"),
        ("a.txt", b"Borger 010203-1234", "CPR-nummer"),
        ("a.pdf", PDF + b" " * 11 * 1024 * 1024, "større end 10 MB"),
    ],
)
def test_a_file_that_is_refused_is_told_why_beside_the_field(
    stored: Table, client: FlaskClient, sign_in: SignIn, name: str, content: bytes, words: str
) -> None:
    sign_in(stored.world.karen)
    client.get("/about?lang=da")
    response = client.post(
        work(stored, "files"),
        data={"file": (io.BytesIO(content), name), "audience": "parties", "nobody": "y"},
    )
    assert response.status_code == 422
    assert words in response.text


def test_only_the_form_for_files_takes_much(
    stored: Table, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(stored.world.karen)
    much = {"text": "x" * 3 * 1024 * 1024}
    assert client.post(work(stored, "tasks"), data=much).status_code == 413
    assert upload(client, stored, "a.pdf", PDF + b" " * 26 * 1024 * 1024) == 413


def test_a_second_click_finds_the_testbed_booked(
    stored: Table, client: FlaskClient, sign_in: SignIn
) -> None:
    stored.offer(day(10), day(60))
    sign_in(stored.world.jonas)
    testbed = stored.world.testbed
    fields = {f"testbed-{testbed}-starts_on": day(20), f"testbed-{testbed}-ends_on": day(30)}
    client.get("/about?lang=da")
    for _click in range(2):
        assert client.post(work(stored, f"testbeds/{testbed}"), data=fields).status_code == 302
        assert "Testmiljøet er booket, og alle har fået besked." in client.get(work(stored)).text
    assert stored.db["testbed_booking"].count == 1


def test_a_booked_period_is_refused_to_the_next_with_the_days(
    stored: Table, client: FlaskClient, page: Page, sign_in: SignIn
) -> None:
    stored.offer(day(10), day(60))
    sign_in(stored.world.jonas)
    testbed = stored.world.testbed
    fields = {f"testbed-{testbed}-starts_on": day(20), f"testbed-{testbed}-ends_on": day(30)}
    assert client.post(work(stored, f"testbeds/{testbed}"), data=fields).status_code == 302
    page(work(stored))
    page(work(stored, "work?weeks=5"))
    client.get("/about?lang=da")
    overlapping = {**fields, f"testbed-{testbed}-starts_on": day(21)}
    response = client.post(work(stored, f"testbeds/{testbed}"), data=overlapping)
    assert response.status_code == 422
    assert "Testmiljøet er optaget" in response.text
    client.post("/collaborations/bookings/1/cancel", data={"collaboration": stored.id})
    assert client.post(work(stored, f"testbeds/{testbed}"), data=fields).status_code == 302


def test_the_calendar_file_is_for_those_who_take_part(
    stored: Table, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(stored.world.staff)
    client.post(work(stored, "meetings"), data=meeting_form(stored.world.karen, minutes="30"))
    response = client.get("/collaborations/meetings/1/invitation.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    assert "METHOD:REQUEST" in response.text
    sign_in(stored.stranger)
    assert client.get("/collaborations/meetings/1/invitation.ics").status_code == 404
