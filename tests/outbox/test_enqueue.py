"""What may enter the outbox, and what becomes of it later."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.accounts.account import Account
from matchmaker.audit.log import list_events
from matchmaker.database import Database, open_database
from matchmaker.outbox.actions import enqueue, enqueue_template, erase_old_bodies, resend
from matchmaker.outbox.mail import MailHeaderError, MailNotFoundError, MailStateError
from matchmaker.outbox.queries import find_mail, find_mail_by_key, list_mails
from matchmaker.screening.screen import PatientDataFound
from tests.factories import NOW
from tests.query_plans import no_scan_of

ANNA = Account(id=7, email="anna@hub.example", name="Anna", title="", phone="", language="da")


def put(db: Database, **values: Any) -> bool:
    mail = {
        "key": "need-1-published",
        "kind": "need_published",
        "account_id": 3,
        "recipient": "søren@sygehus.example",
        "language": "da",
        "subject": "Dit behov er offentligt",
        "body_text": "Kære Søren\n\nDit behov om tryksår kan nu ses.\n",
        "body_html": "<p>Kære Søren</p><p>Dit behov om tryksår kan nu ses.</p>",
        "now": NOW,
        **values,
    }
    return enqueue(db, **mail)


def test_a_mail_waits_until_it_is_sent(memory_db: Database) -> None:
    assert put(memory_db)
    (mail,) = list_mails(memory_db, 10)
    assert (mail.state, mail.attempts, mail.next_attempt_at) == ("waiting", 0, mail.created_at)
    assert mail.recipient == "søren@sygehus.example"
    assert find_mail(memory_db, mail.id) == find_mail_by_key(memory_db, mail.key) == mail
    assert find_mail(memory_db, 99) is None


def test_the_mails_of_one_person_are_found_without_reading_all(memory_db: Database) -> None:
    put(memory_db)
    put(memory_db, key="need-2-published", account_id=4)
    with no_scan_of(memory_db, "outbox_mail"):
        (mail,) = list_mails(memory_db, 10, account_id=4)
    assert mail.account_id == 4
    assert list_mails(memory_db, 10, states=("sent",), account_id=4) == []


def test_the_same_key_a_second_time_changes_nothing(memory_db: Database) -> None:
    assert put(memory_db)
    assert not put(memory_db, subject="Noget andet", recipient="other@example.dk")
    (mail,) = list_mails(memory_db, 10)
    assert mail.subject == "Dit behov er offentligt"


def test_a_mail_comes_and_goes_with_the_change_it_tells_about(memory_db: Database) -> None:
    def change_that_fails() -> None:
        with memory_db.atomic():
            put(memory_db)
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError, match="the change failed"):
        change_that_fails()
    assert list_mails(memory_db, 10) == []


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "ole",
        "@example.dk",
        "ole@",
        "a@b.dk, c@d.dk",
        "Ole <ole@example.dk>",
        "ole@example.dk\nBcc: all@example.dk",
        "ole@example.dk\r",
        "ole@exa\x00mple.dk",
        "o le@example.dk",
        f"{'o' * 300}@example.dk",
    ],
)
def test_a_recipient_is_one_plain_address(memory_db: Database, recipient: str) -> None:
    with pytest.raises(MailHeaderError):
        put(memory_db, recipient=recipient)


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from("\n\r\x00\x0b\x85\u2028"), st.text(max_size=40))
def test_a_subject_cannot_begin_another_header(before: str, line_end: str, after: str) -> None:
    db = open_database(":memory:")
    with pytest.raises(MailHeaderError):
        put(db, subject=f"{before}{line_end}{after}")
    assert list_mails(db, 10) == []
    db.close()


@pytest.mark.parametrize(
    "part",
    [
        {"subject": "Om 010203-1234"},
        {"body_text": "Kære Søren\n\nOm pt. 010203 1234."},
        {"body_html": "<p>Om&nbsp;pt.&#32;010203&ndash;1234.</p>"},
    ],
)
def test_a_cpr_number_is_never_mailed(memory_db: Database, part: dict[str, str]) -> None:
    with pytest.raises(PatientDataFound):
        put(memory_db, **part)
    assert list_mails(memory_db, 10) == []


def test_tokens_colours_and_neighbours_do_not_stop_a_mail(memory_db: Database) -> None:
    assert put(
        memory_db,
        body_text="Siden 010203\n\n1234 senge\n\nhttps://hub.example/n/0102031234?t=010203-1234\n",
        body_html='<style>a { color: #010203; }</style><td>010203</td><td width="1234">1234</td>',
    )


def test_a_mail_is_made_of_a_template_in_the_readers_language(
    memory_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matchmaker.outbox.rendering import RenderedMail

    monkeypatch.setattr(
        "matchmaker.outbox.actions.render_mail",
        lambda template, language, **values: RenderedMail(
            f"{template} {language}", f"{values['name']}\n", f"<p>{values['name']}</p>"
        ),
    )
    assert enqueue_template(memory_db, "new_password", ANNA, key="k", now=NOW, name="Anna")
    (mail,) = list_mails(memory_db, 10)
    assert (mail.kind, mail.account_id, mail.recipient) == ("new_password", 7, ANNA.email)
    assert (mail.subject, mail.body_text, mail.language) == ("new_password da", "Anna\n", "da")


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_staff_may_have_a_mail_sent_again(memory_db: Database, state: str) -> None:
    put(memory_db)
    memory_db.execute("update outbox_mail set state = ?, attempts = 6", (state,))
    resend(memory_db, 1, actor=ANNA, now=NOW + timedelta(hours=1))
    (mail,) = list_mails(memory_db, 10)
    assert (mail.state, mail.attempts, mail.next_attempt_at) == (
        "waiting",
        0,
        "2026-11-23T10:00:00Z",
    )
    (event,) = list_events(memory_db, "mail", 1)
    assert (event.action, event.actor_id, event.from_state) == ("mail.resend", 7, state)


@pytest.mark.parametrize("state", ["waiting", "sending", "sent"])
def test_a_mail_on_its_way_is_not_sent_again(memory_db: Database, state: str) -> None:
    put(memory_db)
    memory_db.execute("update outbox_mail set state = ?", (state,))
    with pytest.raises(MailStateError, match=state):
        resend(memory_db, 1, actor=ANNA, now=NOW)
    with pytest.raises(MailNotFoundError):
        resend(memory_db, 2, actor=ANNA, now=NOW)
    assert list_events(memory_db, "mail", 1) == []


def test_what_old_mails_said_is_erased(memory_db: Database) -> None:
    for number, (state, sent_at) in enumerate(
        [
            ("sent", "2026-08-01T09:00:00Z"),
            ("sent", "2026-11-01T09:00:00Z"),
            ("failed", None),
            ("waiting", None),
        ]
    ):
        put(memory_db, key=str(number))
        memory_db.execute(
            "update outbox_mail set state = ?, sent_at = ?, created_at = '2026-08-01T09:00:00Z'"
            " where key = ?",
            (state, sent_at, str(number)),
        )
    assert erase_old_bodies(memory_db, now=NOW) == 2
    assert erase_old_bodies(memory_db, now=NOW) == 0
    mails = {mail.key: mail for mail in list_mails(memory_db, 10)}
    assert (mails["0"].body_text, mails["0"].body_html) == ("", "")
    assert mails["0"].subject
    assert mails["1"].body_text
    assert mails["2"].body_text == ""
    assert not mails["2"].can_be_resent
    assert mails["3"].body_text


def test_a_body_stays_out_of_logs(memory_db: Database) -> None:
    put(memory_db, body_text="https://hub.example/sign-in/secret", body_html="<p>secret</p>")
    assert "secret" not in repr(list_mails(memory_db, 1))


def test_mails_are_listed_newest_first_and_by_state(memory_db: Database) -> None:
    for number in range(5):
        put(memory_db, key=str(number))
    memory_db.execute("update outbox_mail set state = 'failed' where key in ('1', '3')")
    assert [mail.key for mail in list_mails(memory_db, 3)] == ["4", "3", "2"]
    assert [mail.key for mail in list_mails(memory_db, 9, states=["failed"])] == ["3", "1"]
    assert list_mails(memory_db, 0) == []
