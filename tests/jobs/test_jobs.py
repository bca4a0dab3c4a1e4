"""Work besides the pages: rung for by saves, caught up with by the clock, never in a save's way."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from matchmaker import jobs as jobs_module
from matchmaker.alerts.wishes import MailWishes, keep_wishes
from matchmaker.clock import utc_now
from matchmaker.config import MailServer, Settings
from matchmaker.database import Database
from matchmaker.jobs import Jobs, wake_matching, wake_outbox
from matchmaker.matching.encoder import EncoderError, Role, Vectors
from matchmaker.matching.hub_model import SHIPPED
from matchmaker.matching.hub_training import retrain
from matchmaker.matching.hub_versions import changing, list_versions, load_hub_model, use_version
from matchmaker.matching.pipeline import Pipeline
from matchmaker.outbox.actions import enqueue
from matchmaker.outbox.mail import OutboxMail
from matchmaker.reviews.digest import Wants
from tests.factories import make_account, make_capability, make_hub, make_need, make_organisation
from tests.matching.keyword_encoder import KeywordEncoder
from tests.matching.trained import add_reviews, trained_pipeline


class BrokenEncoder:
    revision = "broken"

    def encode(self, texts: list[str], role: Role) -> Vectors:
        raise EncoderError("the weights are damaged")


@pytest.fixture
def jobs(settings: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """The jobs of the app, with the encoder that tests rank with."""
    monkeypatch.setattr(jobs_module, "load_pipeline", lambda _: Pipeline(KeywordEncoder()))
    made = Jobs(settings)
    app.extensions["matchmaker.jobs"] = made
    yield made
    made.stop()


@pytest.fixture
def pair(db: Database) -> tuple[int, int]:
    """A need and a capability that belong together, not yet matched."""
    make_hub(db)
    capability = make_capability(db, make_organisation(db), description="floor pressure sore fall")
    need = make_need(db, make_organisation(db, kind="hospital"), problem="floor pressure sore fall")
    return need, capability


def suggestions(db: Database) -> int:
    return len(db.rows("select 1 from suggestion"))


def eventually(condition: object, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if callable(condition) and condition():
            return True
        time.sleep(0.05)
    return False


def test_a_saved_need_has_its_suggestions_within_seconds(
    app: Flask, db: Database, jobs: Jobs, pair: tuple[int, int]
) -> None:
    jobs.start()
    assert eventually(lambda: suggestions(db) == 1)
    make_need(db, make_organisation(db, kind="hospital"), problem="floor pressure sore fall")
    with app.app_context():
        wake_matching()
    assert eventually(lambda: suggestions(db) == 2, seconds=5)
    assert jobs.health["encoder"] == "ready"


def test_what_was_missed_is_caught_up_with_at_the_next_start(
    db: Database, jobs: Jobs, pair: tuple[int, int]
) -> None:
    """The process was killed between the save and the bell: nobody rang."""
    jobs.tidy()
    assert suggestions(db) == 1


def test_who_turned_the_daily_mail_off_is_not_asked_for_it(
    db: Database, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = make_hub(db)
    anna, bo = make_account(db, hub, "hub_staff"), make_account(db, hub, "hub_staff")
    keep_wishes(db, bo.id, MailWishes(desk="none"), actor_id=bo.id, now=utc_now())
    wanted = []

    def send(_db: Database, *, wants: Wants, **_more: object) -> None:
        wanted.extend([wants(anna), wants(bo)])

    monkeypatch.setattr(jobs_module, "send_digests", send)
    monkeypatch.setattr(jobs, "match", lambda: None)
    jobs.tidy()
    assert wanted == [True, False]


def test_without_a_server_nobody_is_rung_and_nothing_fails(app: Flask) -> None:
    with app.app_context():
        wake_matching()
        wake_outbox()


def test_a_queue_that_cannot_be_written_does_not_make_a_save_fail(
    app: Flask, jobs: Jobs, settings: Settings
) -> None:
    jobs.stop()
    settings.jobs_path.write_bytes(b"this is no database " * 500)
    for beside in settings.jobs_path.parent.glob("jobs.db-*"):
        beside.unlink()
    with app.app_context():
        wake_matching()


def test_a_broken_encoder_is_told_and_the_rest_goes_on(
    db: Database, jobs: Jobs, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "load_pipeline", lambda _: Pipeline(BrokenEncoder()))
    jobs.tidy()
    assert jobs.health["encoder"] == "failed"
    assert jobs.pipeline is None
    assert suggestions(db) == 0


def test_who_comes_while_matching_runs_makes_it_go_round_again(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    began, go_on = threading.Event(), threading.Event()

    def once() -> None:
        rounds.append(1)
        began.set()
        go_on.wait(5)

    monkeypatch.setattr(jobs, "_match_once", once)
    first = threading.Thread(target=jobs.match)
    first.start()
    assert began.wait(5)
    jobs.match()
    jobs.match()
    assert len(rounds) == 1
    go_on.set()
    first.join(5)
    assert len(rounds) == 2


def test_what_a_command_put_in_use_ranks_from_the_next_round_on(
    db: Database, settings: Settings, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "load_pipeline", lambda _: trained_pipeline())
    make_hub(db)
    add_reviews(db, 100)
    jobs.match()
    retrain(db, settings.hub_models_folder, now=utc_now())
    jobs.match()
    assert jobs.pipeline is not None
    assert jobs.pipeline.hub_model.number == 1
    models = {row["encoder"] for row in db.rows("select encoder from matched_profile")}
    assert models == {jobs.pipeline.model}


def test_reviews_are_learned_from_each_week_unless_a_version_was_chosen_by_hand(
    db: Database, settings: Settings, jobs: Jobs
) -> None:
    folder = settings.hub_models_folder
    jobs.learn()
    assert list_versions(folder) == [], "there was nothing to learn from"
    make_hub(db)
    add_reviews(db, 100)
    jobs.learn()
    assert [version.number for version in list_versions(folder)] == [1]
    with changing(folder):
        use_version(db, folder, 0, now=utc_now())
    add_reviews(db, 50, seed=2)
    jobs.learn()
    assert load_hub_model(folder) == SHIPPED


@pytest.mark.parametrize("has_server", [False, True])
def test_mails_are_sent_once_and_only_with_a_mail_server(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, has_server: bool
) -> None:
    enqueue(
        db, key="greeting", kind="test", account_id=None, recipient="ole@example.dk",
        language="da", subject="Hej", body_text="Hej Ole", body_html="<p>Hej Ole</p>",
        now=utc_now(),
    )  # fmt: skip
    sent: list[OutboxMail] = []
    monkeypatch.setattr(jobs_module, "smtp_sender", lambda _server, _sender: sent.append)
    server = MailServer("mail.example") if has_server else None
    jobs = Jobs(replace(settings, mail_server=server))
    jobs.deliver()
    jobs.deliver()
    assert [mail.recipient for mail in sent] == (["ole@example.dk"] if has_server else [])
    state = db.first("select state from outbox_mail")
    assert state == {"state": "sent" if has_server else "waiting"}


def test_stopping_waits_for_the_job_that_runs(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    begun = threading.Event()

    def slow() -> None:
        begun.set()
        time.sleep(0.5)
        done.touch()

    monkeypatch.setattr(jobs, "_match_once", slow)
    monkeypatch.setattr(jobs, "tidy", lambda: None)
    jobs.start()
    jobs.match_soon()
    assert begun.wait(5)
    jobs.stop()
    assert done.exists()
