"""Each mail is sent once, whatever the mail server, the process or a second process does."""

import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matchmaker.audit.log import list_events
from matchmaker.database import Database, open_database
from matchmaker.outbox.actions import resend
from matchmaker.outbox.delivery import deliver_due
from matchmaker.outbox.mail import (
    MailServerDownError,
    OutboxMail,
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)
from matchmaker.outbox.queries import find_due_mail, find_mail, list_mails
from tests.factories import NOW
from tests.outbox.test_enqueue import put


class Server:
    """Counts what it was handed, and raises what it is told to."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.got: list[str] = []

    def __call__(self, mail: OutboxMail) -> None:
        self.got.append(mail.key)
        if self.error:
            raise self.error


class KilledError(BaseException):
    """The process ends here."""


def only_mail(db: Database) -> OutboxMail:
    mail = find_mail(db, 1)
    assert mail is not None
    return mail


def actions(db: Database, mail_id: int = 1) -> list[str]:
    return [event.action for event in list_events(db, "mail", mail_id)]


def test_due_mails_are_sent_oldest_first_and_only_once(memory_db: Database) -> None:
    server = Server()
    for key, minutes in (("b", 2), ("a", 1), ("later", 30)):
        put(memory_db, key=key, now=NOW + timedelta(minutes=minutes))
    now = NOW + timedelta(minutes=5)
    assert deliver_due(memory_db, server, now=now) == 2
    assert deliver_due(memory_db, server, now=now) == 0
    assert server.got == ["a", "b"]
    sent = list_mails(memory_db, 9, states=["sent"])
    assert [(mail.attempts, mail.sent_at, mail.last_error) for mail in sent] == [
        (1, "2026-11-23T09:05:00Z", None)
    ] * 2


def test_a_mail_is_committed_as_sending_before_it_is_handed_over(tmp_path: Path) -> None:
    db, other = (open_database(tmp_path / "m.db") for _ in range(2))
    put(db)
    seen = []
    deliver_due(db, lambda mail: seen.append(only_mail(other).state), now=NOW)
    assert seen == ["sending"]
    assert only_mail(other).state == "sent"
    db.close()
    other.close()


def test_a_temporary_error_is_tried_again_with_growing_pauses_and_then_fails(
    memory_db: Database,
) -> None:
    server, now = Server(TemporaryMailError("451 try later")), NOW
    put(memory_db)
    pauses = []
    while only_mail(memory_db).state == "waiting":
        assert deliver_due(memory_db, server, now=now) == 0
        assert deliver_due(memory_db, server, now=now) == 0
        again = datetime.fromisoformat(only_mail(memory_db).next_attempt_at)
        pauses.append((again - now).total_seconds() / 60)
        now = again
    assert pauses == [1, 5, 30, 120, 720, 0]
    assert len(server.got) == 6
    mail = only_mail(memory_db)
    assert (mail.state, mail.last_error) == ("failed", "451 try later")
    assert actions(memory_db) == ["mail.failed"]


def test_a_permanent_error_fails_at_once_and_lets_the_others_pass(memory_db: Database) -> None:
    put(memory_db, key="bad")
    put(memory_db, key="good")

    def send(mail: OutboxMail) -> None:
        if mail.key == "bad":
            raise PermanentMailError("550 no such person")

    assert deliver_due(memory_db, send, now=NOW) == 1
    assert (only_mail(memory_db).state, actions(memory_db)) == ("failed", ["mail.failed"])


def test_a_server_that_is_down_is_not_asked_for_every_mail(memory_db: Database) -> None:
    server = Server(MailServerDownError("refused"))
    for key in "abc":
        put(memory_db, key=key)
    assert deliver_due(memory_db, server, now=NOW) == 0
    assert server.got == ["a"]
    server.error = None
    assert deliver_due(memory_db, server, now=NOW + timedelta(minutes=1)) == 3


def test_a_mail_that_may_have_gone_out_is_left_to_staff(memory_db: Database) -> None:
    server = Server(UncertainMailError("closed while sending"))
    put(memory_db)
    for hours in range(3):
        deliver_due(memory_db, server, now=NOW + timedelta(hours=hours))
    assert (only_mail(memory_db).state, len(server.got)) == ("uncertain", 1)
    assert actions(memory_db) == ["mail.uncertain"]


def test_after_a_crash_a_mail_becomes_uncertain_and_is_not_sent_again(memory_db: Database) -> None:
    put(memory_db)
    with pytest.raises(KilledError):
        deliver_due(memory_db, Server(KilledError()), now=NOW)
    server = Server()
    deliver_due(memory_db, server, now=NOW + timedelta(minutes=9, seconds=59))
    assert only_mail(memory_db).state == "sending"
    deliver_due(memory_db, server, now=NOW + timedelta(minutes=10))
    assert (only_mail(memory_db).state, server.got) == ("uncertain", [])
    assert actions(memory_db) == ["mail.uncertain"]
    resend(memory_db, 1, actor=None, now=NOW + timedelta(hours=1))
    assert deliver_due(memory_db, server, now=NOW + timedelta(hours=1)) == 1
    assert (only_mail(memory_db).state, server.got) == ("sent", ["need-1-published"])


def test_a_slow_deliverer_that_comes_back_says_what_it_knows(memory_db: Database) -> None:
    put(memory_db)

    def slow(mail: OutboxMail) -> None:
        deliver_due(memory_db, Server(), now=NOW + timedelta(minutes=11))
        assert only_mail(memory_db).state == "uncertain"

    assert deliver_due(memory_db, slow, now=NOW) == 1
    assert only_mail(memory_db).state == "sent"


def test_a_slow_deliverer_does_not_undo_a_later_attempt(memory_db: Database) -> None:
    put(memory_db)
    later = NOW + timedelta(minutes=20)

    def slow(mail: OutboxMail) -> None:
        deliver_due(memory_db, Server(), now=later)
        resend(memory_db, 1, actor=None, now=later)
        raise TemporaryMailError("451 at last")

    deliver_due(memory_db, slow, now=NOW)
    mail = only_mail(memory_db)
    assert (mail.state, mail.next_attempt_at) == ("waiting", "2026-11-23T09:20:00Z")


def test_two_deliverers_at_once_never_send_one_mail_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_slowly(db: Database, moment: str) -> OutboxMail | None:
        mail = find_due_mail(db, moment)
        time.sleep(0.002)
        return mail

    monkeypatch.setattr("matchmaker.outbox.delivery.find_due_mail", find_slowly)
    path = tmp_path / "m.db"
    db = open_database(path)
    for number in range(40):
        put(db, key=str(number))
    sent: list[str] = []
    ready = threading.Barrier(2)

    def send(mail: OutboxMail) -> None:
        sent.append(mail.key)

    def work() -> None:
        own = open_database(path)
        ready.wait()
        while deliver_due(own, send, now=NOW):
            pass
        own.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(sent) == Counter(str(number) for number in range(40))
    assert {mail.state for mail in list_mails(db, 99)} == {"sent"}
    db.close()


OUTCOMES = st.sampled_from(
    [
        None,
        None,
        TemporaryMailError("451"),
        PermanentMailError("550"),
        UncertainMailError("closed"),
        MailServerDownError("refused"),
        KilledError(),
    ]
)


class Outbox(RuleBasedStateMachine):
    """Mails, outages, crashes and impatient staff in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.db = open_database(":memory:")
        self.now = NOW
        self.accepted: Counter[str] = Counter()
        self.allowed: Counter[str] = Counter()

    @rule(key=st.sampled_from("abcde"))
    def enqueue(self, key: str) -> None:
        if put(self.db, key=key, now=self.now):
            self.allowed[key] += 1

    @rule(outcomes=st.lists(OUTCOMES, min_size=5, max_size=5))
    def deliver(self, outcomes: list[BaseException | None]) -> None:
        def send(mail: OutboxMail) -> None:
            outcome = outcomes.pop()
            if outcome is None or isinstance(outcome, UncertainMailError | KilledError):
                self.accepted[mail.key] += 1
            if outcome:
                raise outcome

        try:
            deliver_due(self.db, send, now=self.now)
        except KilledError:
            self.db.rollback()

    @rule(minutes=st.sampled_from([1, 4, 11, 60, 800]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def resend_all(self) -> None:
        for mail in list_mails(self.db, 9, states=["failed", "uncertain"]):
            resend(self.db, mail.id, actor=None, now=self.now)
            self.allowed[mail.key] += 1

    @invariant()
    def nobody_is_mailed_more_often_than_somebody_decided(self) -> None:
        assert all(self.accepted[key] <= self.allowed[key] for key in self.accepted)

    @invariant()
    def every_sent_mail_was_accepted(self) -> None:
        for mail in list_mails(self.db, 9, states=["sent"]):
            assert self.accepted[mail.key]

    @invariant()
    def every_stuck_mail_is_in_the_log(self) -> None:
        for mail in list_mails(self.db, 9, states=["failed", "uncertain"]):
            assert actions(self.db, mail.id)[-1] == f"mail.{mail.state}"

    def teardown(self) -> None:
        self.db.close()


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
