"""The production server: gunicorn with one worker, which also does the background work.

One worker, because the encoder is then loaded once and the rate limits count right; eight threads,
because a request mostly waits for SQLite.
"""

import gc
import logging
import re
import sys
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger as GunicornLogger

from matchmaker.config import Settings

THREADS = 8
GRACEFUL_SECONDS = 20
_QUERY = re.compile(r"\?[^\s'\"]*=[^\s'\"]*")
#: What follows in an address is a key: whoever holds it acts as its reader.
_KEY = re.compile(r"(?<=/)(link|answer|renew|invitations|register|passkey)/[\w.~-]{16,}")


class _Logger(GunicornLogger):
    """Hands gunicorn's messages to our own logging."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True


class Server(BaseApplication):
    """Serves until it is told to stop; requests and jobs that have begun are finished first."""

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._settings = settings
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._address,
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "graceful_timeout": GRACEFUL_SECONDS,
            "timeout": 120,
            "keepalive": 5,
            # Requests are not logged: their addresses hold what people search for.
            "accesslog": None,
            "worker_exit": stop_jobs,
            "logger_class": _Logger,
            # A socket to be steered by: a process manager and its signals do that here.
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application; runs in the worker, so that its threads live there."""
        from matchmaker.app import create_app
        from matchmaker.jobs import Jobs

        configure_logging()
        app = create_app(self._settings)
        jobs = Jobs(self._settings)
        app.extensions["matchmaker.jobs"] = jobs
        app.extensions["matchmaker.health"] = jobs.health
        jobs.start()
        settle_memory()
        return app


def settle_memory() -> None:
    """Keep the collector from going through the program itself while somebody waits."""
    gc.collect()
    gc.freeze()


def stop_jobs(_arbiter: Any, worker: Any) -> None:
    """Let a job that has begun end; a job cut off is found again at the next start."""
    app = getattr(worker, "wsgi", None)
    if isinstance(app, Flask) and "matchmaker.jobs" in app.extensions:
        app.extensions["matchmaker.jobs"].stop()


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal ends the process."""
    configure_logging()
    Server(settings, host, port).run()


def configure_logging() -> None:
    """Write one JSON object a line to standard error, from our code and from libraries.

    Nothing is logged that a person typed: only paths without their query, codes and ids.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in ("huey", "sentence_transformers", "transformers", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Cut addresses at their question mark and at keys.

    What follows a question mark is what somebody searched for.
    """
    return {
        name: _KEY.sub(r"\1/…", _QUERY.sub("?…", value)) if isinstance(value, str) else value
        for name, value in event.items()
    }
