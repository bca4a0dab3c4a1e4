"""The guide for hub staff."""

from flask import Blueprint, render_template, url_for

from matchmaker.guide.chapters import ChapterNotFoundError, get_chapter, list_chapters
from matchmaker.web.components import asset
from matchmaker.web.errors import error_page
from matchmaker.web.languages import current_language

blueprint = Blueprint("guide", __name__, url_prefix="/guide")
blueprint.register_error_handler(ChapterNotFoundError, lambda _error: error_page(404))


@blueprint.get("")
def index() -> str:
    return render_template("guide/index.html", chapters=list_chapters(current_language()))


@blueprint.get("/<key>")
def show(key: str) -> str:
    language = current_language()
    chapters = list_chapters(language)
    chapter = get_chapter(key, language)
    place = chapters.index(chapter)
    return render_template(
        "guide/show.html",
        chapter=chapter,
        text=chapter.html(url_for, lambda name: asset(f"guide/{language}/{name}.jpg")),
        before=chapters[place - 1] if place else None,
        after=chapters[place + 1] if place + 1 < len(chapters) else None,
    )
