"""Puts the web application together."""

from datetime import timedelta

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker.accounts.pages import blueprint as accounts
from matchmaker.alerts.pages import blueprint as alerts
from matchmaker.capabilities.pages import blueprint as capabilities
from matchmaker.casework.pages import blueprint as casework
from matchmaker.collaborations.pages import blueprint as collaborations
from matchmaker.config import Settings, read_settings
from matchmaker.conflicts.pages import blueprint as conflicts
from matchmaker.demo.pages import blueprint as demo
from matchmaker.guide.pages import blueprint as guide
from matchmaker.home.pages import blueprint as home
from matchmaker.needs.pages import blueprint as needs
from matchmaker.organisations.pages import blueprint as organisations
from matchmaker.outbox.pages import blueprint as outbox
from matchmaker.outcomes.pages import blueprint as outcomes
from matchmaker.overview.pages import blueprint as overview
from matchmaker.pooling.pages import blueprint as pooling
from matchmaker.procurement.pages import blueprint as procurement
from matchmaker.resources import resource_folder
from matchmaker.reviews.pages import blueprint as reviews
from matchmaker.themes.pages import blueprint as themes
from matchmaker.web.access import ACCESS, init_access
from matchmaker.web.components import init_components
from matchmaker.web.db import init_database
from matchmaker.web.errors import init_errors
from matchmaker.web.forms import init_forms
from matchmaker.web.headers import init_headers
from matchmaker.web.languages import init_languages
from matchmaker.web.limits import init_limits
from matchmaker.web.navigation import init_navigation
from matchmaker.web.sign_in import init_sign_in

BLUEPRINTS = (
    accounts,
    alerts,
    capabilities,
    casework,
    collaborations,
    conflicts,
    demo,
    guide,
    home,
    needs,
    organisations,
    outbox,
    outcomes,
    overview,
    pooling,
    procurement,
    reviews,
    themes,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; without `settings` they are read from the environment."""
    settings = settings or read_settings()
    app = Flask("matchmaker", template_folder=str(resource_folder("templates")))
    _configure(app, settings)
    init_database(app, settings)
    init_errors(app)
    init_headers(app, settings)
    init_limits(app, settings)
    init_forms(app)
    init_languages(app)
    init_components(app)
    init_navigation(app)
    init_sign_in(app, settings)
    app.jinja_env.globals.update(contact_email=settings.contact_email, ACCESS=ACCESS)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # Last, so that the session and the signed-in person are known when access is decided.
    init_access(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        # Otherwise the answer for a picture, begun earlier, puts an older session back in place.
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=7),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
