"""``matchmaker mail``: what an operator sees and may do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matchmaker.clock import utc_now
from matchmaker.database import Database, open_database
from matchmaker.outbox.command import mail_group
from matchmaker.outbox.mail import OutboxMail
from tests.outbox.test_enqueue import put


@pytest.fixture
def site_db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("MATCHMAKER_DATA", str(tmp_path))
    monkeypatch.delenv("MATCHMAKER_SMTP_HOST", raising=False)
    db = open_database(tmp_path / "matchmaker.db")
    yield db
    db.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(mail_group, arguments)


def test_mails_are_listed_with_state_and_error(site_db: Database) -> None:
    put(site_db)
    put(site_db, key="other")
    site_db.execute("update outbox_mail set state = 'failed', last_error = '550' where id = 2")
    site_db.commit()
    assert run("list", "--state", "failed").output == (
        "2  failed  0  søren@sygehus.example  Dit behov er offentligt  (550)\n"
    )
    assert len(run("list").output.splitlines()) == 2


def test_nothing_is_sent_without_a_mail_server(site_db: Database) -> None:
    result = run("send")
    assert result.exit_code == 1
    assert "MATCHMAKER_SMTP_HOST" in result.stderr


def test_due_mails_are_sent(site_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[OutboxMail] = []
    monkeypatch.setenv("MATCHMAKER_SMTP_HOST", "127.0.0.1")
    monkeypatch.setattr("matchmaker.outbox.command.smtp_sender", lambda server, sender: got.append)
    put(site_db, now=utc_now())
    assert run("send").output == "1 mails sent.\n"
    assert [mail.key for mail in got] == ["need-1-published"]


def test_a_stuck_mail_is_put_back(site_db: Database) -> None:
    put(site_db)
    assert run("resend", "1").stderr == "Error: Mail 1 is waiting, not failed.\n"
    assert run("resend", "9").stderr == "Error: There is no mail 9.\n"
    site_db.execute("update outbox_mail set state = 'uncertain'")
    site_db.commit()
    assert run("resend", "1").output == "Mail 1 is waiting again.\n"
