"""Rate limits: generous for people, tight for sign-in and for what costs work or mail."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from matchmaker.config import Settings

limiter = Limiter(get_remote_address, default_limits=["600 per minute"])

SEND_MAIL = "20 per hour"
SIGN_IN = "30 per 5 minutes"
WRITE = "120 per minute"
#: More than a file may have, so that one a little too large is told so beside its field.
LARGEST_UPLOAD = 25 * 1024 * 1024
UPLOADS = ("casework.add_file",)


def init_limits(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits
    app.config["RATELIMIT_STORAGE_URI"] = "memory://"
    limiter.init_app(app)
    app.before_request(make_room_for_files)


def make_room_for_files() -> None:
    """Let only the forms that take files be larger than any other request."""
    if request.endpoint in UPLOADS:
        request.max_content_length = LARGEST_UPLOAD
