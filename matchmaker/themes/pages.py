"""The pages of themes: all by facet, and one with the needs and capabilities that name it."""

from flask import Blueprint, render_template, request

from matchmaker.capabilities import queries as capabilities
from matchmaker.needs import queries as needs
from matchmaker.profiles.listing import Choice
from matchmaker.themes import labels
from matchmaker.themes.queries import (
    ThemeNotFoundError,
    get_theme,
    list_facets,
    newest,
    search_themes,
)
from matchmaker.web.db import get_db
from matchmaker.web.errors import error_page
from matchmaker.web.profiles import kept_query
from matchmaker.web.watching import find_own_watch

blueprint = Blueprint("themes", __name__, url_prefix="/themes")
blueprint.register_error_handler(ThemeNotFoundError, lambda _error: error_page(404))
blueprint.record(lambda state: state.app.jinja_env.globals.update(theme_labels=labels))

#: So many of a facet are shown beside the other facets.
FIRST_OF_FACET = 18
NEWEST = 6


@blueprint.get("")
def index() -> str:
    words = request.args.get("q", "").strip()[:100]
    facet = request.args.get("facet", "")
    facet = facet if facet in labels.FACETS and not words else ""
    facets = {} if words else list_facets(get_db())
    return render_template(
        "themes/index.html",
        words=words,
        found=search_themes(get_db(), words) if words else None,
        facets={facet: facets[facet]} if facet else facets,
        choices=[Choice(name, len(themes)) for name, themes in facets.items() if themes],
        most=len(facets[facet]) if facet else FIRST_OF_FACET,
        query=kept_query({"q": words, "facet": facet}),
    )


@blueprint.get("/<key>")
def show(key: str) -> str:
    theme = get_theme(get_db(), key)
    needing, offering = (newest(get_db(), noun, key, NEWEST) for noun in ("need", "capability"))
    return render_template(
        "themes/show.html",
        theme=theme,
        watch=find_own_watch("both", {"theme": key}),
        needs=needs.list_published_by_id(get_db(), needing),
        capabilities=capabilities.list_published_by_id(get_db(), offering),
    )
