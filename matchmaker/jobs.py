"""Work besides the pages: matching after a save, mails, and what falls due by the clock.

Pages call :func:`wake_matching` and :func:`wake_outbox` after they have saved. Both only ring a
bell: what is to do is read from the database, and is looked for every minute too, so that nothing
is lost when the process is killed between the save and the bell.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from flask import current_app
from huey import SqliteHuey, crontab
from huey.consumer import Consumer as HueyConsumer

from matchmaker.alerts.telling import tell_due
from matchmaker.alerts.wishes import wants_desk_mail
from matchmaker.capabilities import actions as capabilities
from matchmaker.casework.file_store import FOLDER, FileStore
from matchmaker.casework.files import sweep_files
from matchmaker.casework.tasks import due_tasks
from matchmaker.clock import utc_now
from matchmaker.collaborations.cases import WORTH_TELLING
from matchmaker.collaborations.releasing import release_passed
from matchmaker.collaborations.reminding import remind_due
from matchmaker.config import Settings
from matchmaker.database import Database, open_database
from matchmaker.matching.encoder import EncoderError
from matchmaker.matching.hub_training import NothingNewError, TooFewReviewsError, retrain
from matchmaker.matching.hub_versions import BusyError, VersionError, load_hub_model, read_choice
from matchmaker.matching.pipeline import Pipeline, load_pipeline
from matchmaker.matching.refresh import match_changed
from matchmaker.needs import actions as needs
from matchmaker.organisations.forgetting import forget_expired
from matchmaker.outbox.actions import erase_old_bodies
from matchmaker.outbox.delivery import deliver_due
from matchmaker.outbox.links import Links
from matchmaker.outbox.smtp import smtp_sender
from matchmaker.outcomes.chasing import chase_outcomes
from matchmaker.pooling.proposing import propose_from_shipped
from matchmaker.profiles.quality import refresh_quality
from matchmaker.profiles.themes import refresh_themes
from matchmaker.reviews.digest import send_digests

log = structlog.get_logger()

WORKERS = 2
POLL_SECONDS = 0.5
STOP_SECONDS = 15


def wake_matching() -> None:
    """Have suggestions brought up to date within seconds; never makes a save fail."""
    _ring("match_soon")


def wake_outbox() -> None:
    """Have waiting mails sent within seconds; never makes a save fail."""
    _ring("deliver_soon")


def _ring(bell: str) -> None:
    jobs: Jobs | None = current_app.extensions.get("matchmaker.jobs")
    if jobs is None:
        return
    try:
        getattr(jobs, bell)()
    except sqlite3.Error as error:
        # The save is done; the minute's round finds the work.
        log.warning("queue", error=str(error))


class Jobs:
    """The queue and what it runs, in the one process that serves."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wanted = threading.Event()
        self._matching = threading.Lock()
        self.pipeline: Pipeline | None = None
        self._consumer: _Consumer | None = None
        self.health: dict[str, Any] = {"encoder": "loading", "matching": "waiting"}
        self._queue = SqliteHuey("matchmaker", filename=str(settings.jobs_path), results=False)
        self.match_soon = self._queue.task(name="match", retries=1, retry_delay=5)(self.match)
        self.deliver_soon = self._queue.task(name="deliver")(self.deliver)
        every_minute, each_morning = crontab(minute="*"), crontab(hour="5", minute="30")
        each_week = crontab(day_of_week="0", hour="4", minute="0")
        for name, rhythm, work in (
            ("match_every_minute", every_minute, self.match),
            ("tell_every_minute", every_minute, self.tell),
            ("deliver_every_minute", every_minute, self.deliver),
            ("tidy_each_morning", each_morning, self.tidy),
            ("learn_each_week", each_week, self.learn),
        ):
            self._queue.periodic_task(rhythm, name=name, expires=600)(work)

    def start(self) -> None:
        """Start the workers, load the encoder and do what was missed; returns at once."""
        self._consumer = _Consumer(
            self._queue,
            workers=WORKERS,
            max_delay=POLL_SECONDS,
            check_worker_health=False,
            shutdown_timeout=STOP_SECONDS,
        )
        self._consumer.start()
        threading.Thread(target=self.tidy, name="catch-up", daemon=True).start()

    def stop(self) -> None:
        """Return when running jobs have ended, at the latest after `STOP_SECONDS`."""
        if self._consumer is not None:
            self._consumer.stop(graceful=True)

    def match(self) -> None:
        """Bring suggestions up to date; return at once where another thread does already.

        That thread then goes round once more, because it may have passed the changed profile.
        """
        self._wanted.set()
        while self._wanted.is_set() and self._matching.acquire(blocking=False):
            try:
                self._wanted.clear()
                self._match_once()
            finally:
                self._matching.release()

    def _match_once(self) -> None:
        try:
            pipeline = self._warm_pipeline()
            with self._open() as db:
                match_changed(db, pipeline, now=utc_now())
                propose_from_shipped(db, pipeline, now=utc_now())
        except EncoderError as error:
            self.health["encoder"] = "failed"
            log.error("encoder", error=str(error))
        else:
            self.health.update(encoder="ready", matching=f"up to date {utc_now():%Y-%m-%d %H:%M}")

    def _warm_pipeline(self) -> Pipeline:
        """Return the pipeline with its model loaded, so that no page waits for that.

        What it learned from reviews is read anew: a command may have chosen another version.
        """
        learned = load_hub_model(self._settings.hub_models_folder)
        if self.pipeline is None:
            pipeline = load_pipeline(self._settings)
            pipeline.encoder.encode(["tryksår"], "query")
            self.pipeline = pipeline
        if self.pipeline.hub_model != learned:
            log.info("hub model", name=learned.name, remark=learned.remark)
            self.pipeline = replace(self.pipeline, hub_model=learned)
        return self.pipeline

    def learn(self) -> None:
        """Learn from the reviews, unless somebody has chosen a version by hand."""
        folder = self._settings.hub_models_folder
        try:
            if read_choice(folder).by_hand:
                return
            with self._open() as db:
                result = retrain(db, folder, now=utc_now())
        except (TooFewReviewsError, NothingNewError, VersionError, BusyError) as error:
            log.info("nothing learned", reason=str(error))
            return
        log.info("learned", reviews=result.reviews, version=result.version)
        self.match()

    def deliver(self) -> None:
        """Send what is due; without a mail server everything stays in the outbox."""
        server = self._settings.mail_server
        if server is not None:
            with self._open() as db:
                deliver_due(db, smtp_sender(server, self._settings.sender), now=utc_now())

    def tell(self) -> None:
        """Tell people what is new for them, at once or when their weekly or daily mail is due."""
        links = Links(self._settings.base_url, self._settings.secret_key)
        answered_from = self.pipeline.reranker.answered_from if self.pipeline else None
        worth_telling = max(WORTH_TELLING, answered_from or 0)
        with self._open() as db:
            count = tell_due(db, links=links, now=utc_now(), worth_telling=worth_telling)
        if count:
            self.deliver()

    def tidy(self) -> None:
        """Do what the calendar says; a second time on the same day there is nothing left."""
        links, now = Links(self._settings.base_url, self._settings.secret_key), utc_now()
        with self._open() as db:
            needs.expire_due(db, links, now=now)
            capabilities.expire_due(db, links, now=now)
            remind_due(db, links=links, now=now)
            release_passed(db, now=now)
            wants = partial(wants_desk_mail, db)
            send_digests(db, links=links, now=now, wants=wants, tasks_due=due_tasks)
            chase_outcomes(db, links=links, now=now)
            sweep_files(db, FileStore(self._settings.data_folder / FOLDER), now=now)
            erase_old_bodies(db, now=now)
            forget_expired(db, now=now)
            for register in (needs.NEEDS, capabilities.CAPABILITIES):
                refresh_themes(db, register.noun, register.texts)
                refresh_quality(db, register.noun)
        self.match()

    @contextlib.contextmanager
    def _open(self) -> Iterator[Database]:
        db = open_database(self._settings.database_path)
        try:
            yield db
        finally:
            db.close()


class _Consumer(HueyConsumer):
    def _set_signal_handlers(self) -> None:
        """Leave the signals to gunicorn, which calls :meth:`Jobs.stop`."""
