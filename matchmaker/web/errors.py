"""Error pages that say what was wrong and what to do; details go to the log alone."""

import sqlite3

import structlog
from flask import Flask, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

log = structlog.get_logger()

TEXTS = {
    400: (_l("The page could not be read"), _l("Go back, check what you entered and try again.")),
    403: (
        _l("You do not have access to this page"),
        _l("It belongs to somebody else or to another role. Write to the hub if you need it."),
    ),
    404: (
        _l("The page was not found"),
        _l("The address may be mistyped, or what it showed has been withdrawn."),
    ),
    405: (_l("The page cannot be opened this way"), _l("Go back and use the button on the page.")),
    409: (
        _l("Somebody else was faster"),
        _l("What you saw has changed in the meantime. Go back, reload the page and look again."),
    ),
    410: (
        _l("This link has expired"),
        _l("Sign in to find the page again, or write to the hub for a new link."),
    ),
    413: (_l("That was too much"), _l("Shorten the text or choose a smaller file.")),
    429: (_l("Too many attempts"), _l("Wait a few minutes and try again.")),
    500: (
        _l("Something went wrong on our side"),
        _l("Nothing you saved earlier is lost. Try again in a moment, or write to the hub."),
    ),
    503: (
        _l("The service cannot save right now"),
        _l("Go back: your text is still in the form. Try again in a few minutes."),
    ),
}


def error_page(status: int) -> tuple[str, int]:
    heading, advice = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    return render_template("errors/error.html", heading=heading, advice=advice), status


def handle_http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    return error_page(status)


def handle_csrf_error(_error: CSRFError) -> tuple[str, int]:
    """A form that lay open too long is no attack: say how to go on without losing the text."""
    heading = _l("The form was open for too long")
    advice = _l("Go back, copy your text if it is long, reload the page and send it again.")
    return render_template("errors/error.html", heading=heading, advice=advice), 400


def handle_database_error(error: sqlite3.OperationalError) -> tuple[str, int]:
    """A full disk or a locked database: nothing was saved, the writer may try again."""
    log.error("database", error=str(error), path=request.path)
    return error_page(503)


def handle_too_large_number(_error: OverflowError) -> tuple[str, int]:
    """A number in the address that no record can have."""
    return error_page(404)


def handle_unexpected(_error: InternalServerError) -> tuple[str, int]:
    return error_page(500)


def init_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, handle_http_error)
    app.register_error_handler(CSRFError, handle_csrf_error)
    app.register_error_handler(sqlite3.OperationalError, handle_database_error)
    app.register_error_handler(OverflowError, handle_too_large_number)
    app.register_error_handler(500, handle_unexpected)
