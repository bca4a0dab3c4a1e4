"""What every template may call: icons, dates, languages, numbers of a page."""

import hashlib
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from flask import Flask, current_app, url_for
from markupsafe import Markup

from matchmaker.clock import COPENHAGEN, to_moment
from matchmaker.translations import DATE_LOCALES
from matchmaker.web.languages import current_language

_HIDDEN = (
    '<svg class="icon-svg" focusable="false" aria-hidden="true">'
    '<use href="{sprite}#{name}"></use></svg>'
)
_LABELLED = (
    '<svg class="icon-svg" focusable="false" role="img" aria-label="{label}">'
    '<use href="{sprite}#{name}"></use></svg>'
)


def icon(name: str, label: str | None = None) -> Markup:
    """Return an icon of the design system; without a label it is hidden from screen readers."""
    sprite = url_for("static", filename="dkfds/img/all-svg-icons.svg")
    if label:
        return Markup(_LABELLED).format(label=label, sprite=sprite, name=name)
    return Markup(_HIDDEN).format(sprite=sprite, name=name)


def day(text: str | None) -> str:
    """Return a stored moment or date as a Danish or English day, empty when there is none."""
    moment = to_moment(text)
    if moment is None:
        return ""
    return str(format_date(moment, "long", locale=DATE_LOCALES[current_language()]))


def moment(text: str | None) -> str:
    """Return a stored moment in Danish time."""
    stored = to_moment(text)
    if stored is None:
        return ""
    locale = DATE_LOCALES[current_language()]
    pattern = "d. MMM y 'kl.' HH:mm" if locale == "da" else "d MMM y, HH:mm"
    return str(format_datetime(stored, pattern, tzinfo=COPENHAGEN, locale=locale))


def asset(filename: str) -> str:
    """Return the address of a static file, with its checksum so that browsers may keep it."""
    folder = Path(current_app.static_folder or "")
    return url_for("static", filename=filename, v=_checksum(folder / filename))


@lru_cache(maxsize=64)
def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def init_components(app: Flask) -> None:
    app.jinja_env.globals.update(icon=icon, asset=asset)
    app.jinja_env.filters.update(day=day, moment=moment)
