"""Danish and English pages: how the language of a request is chosen, and the catalogues.

A request's language is, in this order: what the address asks for (``?lang=en``, remembered in
the session), what was remembered, what the account prefers, what the browser prefers among ours,
Danish.
"""

from urllib.parse import urlencode

from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request, session, url_for
from flask_babel import Babel, Domain, get_locale

from matchmaker.translations import LANGUAGES, read_catalogue
from matchmaker.web.db import find_current_account

LANGUAGE_NAMES = {"da": "Dansk", "en": "English"}


class SourceDomain(Domain):
    """Reads the .po files themselves, so that no compiled copy can ever be stale or missing."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return read_catalogue(locale.language if locale else "en")


def choose_language() -> str:
    """Return the language of this request; see the module's text for the order."""
    if not has_request_context():
        return "da"
    asked = request.args.get("lang")
    if asked in LANGUAGES and session.get("language") != asked:
        session["language"] = asked
    remembered = session.get("language")
    if remembered in LANGUAGES:
        return str(remembered)
    account = find_current_account()
    if account is not None and account.language in LANGUAGES:
        return account.language
    return request.accept_languages.best_match(LANGUAGES, default="da")


def current_language() -> str:
    if "language" not in g:
        locale = get_locale()
        g.language = locale.language if locale else "da"
    return str(g.language)


def language_link(language: str) -> str:
    """Return the address of the page at hand in another language."""
    if request.endpoint is None or request.method != "GET":
        return url_for("home.front", lang=language)
    # Not url_for(**request.args): names such as "_scheme" would steer where the link leads.
    path = url_for(request.endpoint, **(request.view_args or {}))
    asked = {**request.args.to_dict(flat=False), "lang": language}
    return f"{path}?{urlencode(asked, doseq=True)}"


def init_languages(app: Flask) -> None:
    babel = Babel()
    babel.init_app(
        app,
        default_locale="da",
        default_timezone="Europe/Copenhagen",
        locale_selector=choose_language,
    )
    babel.domain_instance = SourceDomain()
    app.jinja_env.globals.update(
        current_language=current_language,
        language_link=language_link,
        LANGUAGE_NAMES=LANGUAGE_NAMES,
    )
