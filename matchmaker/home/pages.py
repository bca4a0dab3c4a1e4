"""Front page, about, privacy, accessibility, and each person's own page."""

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from matchmaker.clock import danish_day, utc_now
from matchmaker.demo.queries import demo_people
from matchmaker.home.mine import read_my_page
from matchmaker.home.queries import count_figures
from matchmaker.needs.queries import list_published
from matchmaker.profiles.reading import Search
from matchmaker.web.db import get_current_account, get_db, get_settings
from matchmaker.web.meaning import answered_from

blueprint = Blueprint("home", __name__)

NEWEST = 3


@blueprint.get("/")
def front() -> str:
    db = get_db()
    newest = list_published(db, Search(asked={})).items[:NEWEST]
    return render_template(
        "home/front.html",
        figures=count_figures(db),
        newest=newest,
        demo_people=demo_people(db) if get_settings().shows_outbox else [],
    )


@blueprint.get("/about")
def about() -> str:
    return render_template("home/about.html")


@blueprint.get("/privacy")
def privacy() -> str:
    return render_template("home/privacy.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    return render_template("home/accessibility.html")


@blueprint.get("/mine")
def mine() -> str:
    today, bound = danish_day(utc_now()), answered_from()
    page = read_my_page(get_db(), get_current_account(), today=today, answered_from=bound)
    return render_template("home/mine.html", mine=page)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Answer a process manager: the database can be read, and what else is known."""
    get_db().execute("select 1 from setting limit 1").fetchone()
    return jsonify(status="ok", **current_app.extensions.get("matchmaker.health", {}))
