"""What the pages of the review desk share: whose cases are read, and when a page was shown."""

from datetime import date, datetime
from typing import Any

from flask import Response, make_response, request

from matchmaker.clock import danish_day, to_moment, to_text, utc_now
from matchmaker.outbox.links import LinkError
from matchmaker.reviews.second import Sample
from matchmaker.web.db import get_current_account, get_links, get_settings

_SHOWN = "review-shown"
#: A page loaded ahead may be shown so many seconds later; the lock catches what changed meanwhile.
AHEAD_SECONDS = 120


def scope() -> str:
    """Return ``mine``, ``hub`` or ``all``; who works for no hub sees all."""
    asked = request.args.get("hub", "hub")
    if asked == "mine":
        return "mine"
    return "all" if asked == "all" or not get_current_account().hub_ids else "hub"


def scope_query() -> dict[str, Any]:
    """Return what an address needs to stay with what the reader asked to see."""
    asked = request.args.get("hub")
    return {"hub": asked} if asked in ("mine", "all") else {}


def chosen_hubs() -> tuple[int, ...] | None:
    return get_current_account().hub_ids if scope() == "hub" else None


def chosen_owner() -> int | None:
    return get_current_account().id if scope() == "mine" else None


def today() -> date:
    return danish_day(utc_now())


def second_readings() -> Sample:
    """Return which decisions are read twice, as the operator has set it."""
    return Sample(get_settings().second_reading_share, utc_now())


def sign_shown(suggestion_id: int) -> str:
    """Return a token for the form that says when it was shown; nobody can make it look quicker."""
    return get_links().sign(_SHOWN, id=suggestion_id, at=to_text(utc_now()))


def read_shown(token: str | None, suggestion_id: int) -> datetime | None:
    """Return when the form was shown, None where the token is none of ours."""
    try:
        payload = get_links().read(_SHOWN, token or "", max_age_days=1)
    except LinkError:
        return None
    return to_moment(payload["at"]) if payload.get("id") == suggestion_id else None


def keep_if_ahead(page: str) -> Response:
    """Let the browser that loads the page ahead show it within two minutes without asking again."""
    response = make_response(page)
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        response.cache_control.private = True
        response.cache_control.max_age = AHEAD_SECONDS
    return response
