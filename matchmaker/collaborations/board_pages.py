"""The board and the list of collaborations, as the hub's staff open them."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from matchmaker.accounts.account import Account
from matchmaker.clock import danish_day, utc_now
from matchmaker.collaborations.board import SORTS, Filters, count_stages, read_board, read_list
from matchmaker.collaborations.collaboration import STAGES
from matchmaker.web.db import get_current_account, get_db

_SCOPES = ("own", "mine", "all")


@dataclass(frozen=True)
class Asked:
    """What the address asks for, with everything unknown left out."""

    view: str
    scope: str
    stage: str
    sort: str
    overdue: bool

    @property
    def query(self) -> dict[str, Any]:
        """Return the address's own words, without what is so by itself."""
        values = {
            "view": self.view if self.view == "list" else None,
            "hub": self.scope,
            "stage": self.stage or None,
            "sort": self.sort if self.sort != "waiting" else None,
            "overdue": "yes" if self.overdue else None,
        }
        return {name: value for name, value in values.items() if value}

    def filters(self, account: Account) -> Filters:
        return Filters(
            hub_ids=account.hub_ids if self.scope == "mine" else None,
            mine=account.id if self.scope == "own" else None,
            stages=(self.stage,) if self.stage else None,
            overdue=self.overdue,
        )


def init_board_pages(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("", view_func=index)


def index() -> str:
    account, today = get_current_account(), danish_day(utc_now())
    asked = read_asked(account)
    filters = asked.filters(account)
    shown: dict[str, Any] = {"board": None, "page": None}
    if asked.view == "list":
        number = request.args.get("page", 1, type=int)
        shown["page"] = read_list(get_db(), filters, today=today, sort=asked.sort, page=number)
    else:
        shown["board"] = read_board(get_db(), filters, today=today)
    everywhere = Filters(filters.hub_ids, filters.mine, overdue=filters.overdue)
    return render_template(
        "collaborations/index.html",
        asked=asked,
        query=asked.query,
        counts=count_stages(get_db(), everywhere, today=today),
        today=today,
        **shown,
    )


def read_asked(account: Account) -> Asked:
    """Return what to show; a closed collaboration stands in the list alone."""
    scope = request.values.get("hub", "mine")
    stage = request.values.get("stage", "")
    stage = stage if stage in STAGES else ""
    listed = request.values.get("view") == "list" or stage == "closed"
    sort = request.values.get("sort", "waiting")
    # Somebody who works for no hub, as an administrator, sees those of all.
    fallback = "mine" if account.hub_ids else "all"
    return Asked(
        view="list" if listed else "board",
        scope=scope if scope in _SCOPES and (account.hub_ids or scope != "mine") else fallback,
        stage=stage,
        sort=sort if sort in SORTS else "waiting",
        overdue=request.values.get("overdue") == "yes",
    )


def board_address(collaboration_id: int) -> str:
    """Return the board that a card was moved on, with the card in sight."""
    scope = request.form.get("hub", "mine")
    return url_for(
        "collaborations.index",
        hub=scope if scope in _SCOPES else "mine",
        overdue="yes" if request.form.get("overdue") == "yes" else None,
        _anchor=f"card-{collaboration_id}",
    )
