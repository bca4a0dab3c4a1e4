"""Front page, about, privacy, accessibility, and each person's own page."""

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from matchmaker.home.queries import count_figures
from matchmaker.web.db import get_db

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def front() -> str:
    return render_template("home/front.html", figures=count_figures(get_db()))


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
    return render_template("home/mine.html")


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Answer a process manager: the database can be read, and what else is known."""
    get_db().execute("select 1 from setting limit 1").fetchone()
    return jsonify(status="ok", **current_app.extensions.get("matchmaker.health", {}))
