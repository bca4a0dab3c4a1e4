"""The guide to the form of cooperation: public, one page, without JavaScript."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.clock import utc_now
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.needs.need import Need
from matchmaker.needs.queries import find_need, list_mine
from matchmaker.procurement.errors import NotShownError
from matchmaker.procurement.guide import AGREEMENT_POINTS, QUESTIONS, Choice, choose
from matchmaker.procurement.planning import find_guide, save_guide
from matchmaker.procurement.rights import get_kept_of
from matchmaker.procurement.sources import SOURCES
from matchmaker.profiles.rights import may_change
from matchmaker.web.db import find_current_account, get_current_account, get_db
from matchmaker.web.forms import read_number
from matchmaker.web.limits import WRITE, limiter


def init_guide_pages(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/guide", view_func=guide)
    blueprint.add_url_rule("/guide", view_func=save_answers, methods=["POST"])


def guide() -> str:
    """Ask the questions and answer at an address that can be passed on."""
    given = _given(request.args)
    if not given:
        given = _kept_answers()
    return _page(given, _choice(given), missing=_missing(given) if "show" in request.args else [])


@limiter.limit(WRITE)
def save_answers() -> ResponseReturnValue:
    """Keep the answers on a need, or a collaboration about it, that the reader looks after."""
    given, account = _given(request.form), get_current_account()
    choice, target = _choice(given), request.form.get("target", "")
    need_id, collaboration_id = _read_target(target, account)
    if choice is None or need_id is None:
        return _page(given, choice, missing=_missing(given), is_unplaced=choice is not None), 422
    save_guide(
        get_db(), need_id, given, collaboration_id=collaboration_id, actor=account, now=utc_now()
    )
    flash(_("The answers are kept, with your name and the day."), "success")
    if collaboration_id is not None:
        return redirect(url_for("collaborations.show", collaboration_id=collaboration_id))
    return redirect(url_for("needs.show", need_id=need_id))


def _page(
    given: dict[str, str],
    choice: Choice | None,
    *,
    missing: list[str],
    is_unplaced: bool = False,
) -> str:
    account = find_current_account()
    return render_template(
        "procurement/guide.html",
        questions=QUESTIONS,
        given=given,
        choice=choice,
        missing=missing,
        is_unplaced=is_unplaced,
        points=AGREEMENT_POINTS,
        sources=SOURCES,
        asked=_asked(),
        targets=_targets(account) if account and choice else [],
    )


def _given(values: Mapping[str, str]) -> dict[str, str]:
    """Return the answers among what was sent; what was not offered is none."""
    return {name: values[name] for name, codes in QUESTIONS.items() if values.get(name) in codes}


def _missing(given: dict[str, str]) -> list[str]:
    return [name for name in QUESTIONS if name not in given]


def _choice(given: dict[str, str]) -> Choice | None:
    return None if _missing(given) else choose(given)


def _asked() -> dict[str, int]:
    """Return the need or collaboration that the reader came from, to be kept in the address."""
    found = {name: request.values.get(name, type=int) for name in ("need", "collaboration")}
    return {name: number for name, number in found.items() if number is not None}


def _kept_answers() -> dict[str, str]:
    """Return what was answered before, for a reader who looks after it."""
    account, asked = find_current_account(), _asked()
    if account is None or not asked:
        return {}
    collaboration_id = asked.get("collaboration")
    if collaboration_id is not None:
        need = _need_of(collaboration_id, account)
    else:
        need = find_need(get_db(), asked["need"])
    if need is None or not may_change(need, account):
        return {}
    kept = find_guide(get_db(), need.id, collaboration_id)
    return kept.answers if kept else {}


def _targets(account: Account) -> list[tuple[str, str]]:
    """Return where this reader can keep the answers: where they came from, then their needs."""
    found: dict[str, str] = {}
    asked = _asked()
    collaboration_id, need_id = asked.get("collaboration"), asked.get("need")
    if collaboration_id is not None and _need_of(collaboration_id, account) is not None:
        title = get_collaboration(get_db(), collaboration_id).title
        found[f"collaboration-{collaboration_id}"] = title
    need = find_need(get_db(), need_id) if need_id is not None else None
    if need is not None and may_change(need, account):
        found[f"need-{need.id}"] = need.title
    for shown in list_mine(get_db(), account):
        if shown.may_change and shown.profile.state != "closed":
            found.setdefault(f"need-{shown.profile.id}", shown.profile.title)
    return list(found.items())


def _read_target(target: str, account: Account) -> tuple[int | None, int | None]:
    """Return the need and the collaboration that a choice names, if the reader looks after it."""
    kind, _dash, digits = target.partition("-")
    number = read_number(digits)
    if kind not in ("need", "collaboration"):
        return None, None
    if kind == "need":
        own = find_need(get_db(), number)
        return (own.id, None) if own is not None and may_change(own, account) else (None, None)
    need = _need_of(number, account)
    return (need.id, number) if need is not None else (None, None)


def _need_of(collaboration_id: int, account: Account) -> Need | None:
    """Return the need of a collaboration that this reader may see and keeps the log of."""
    try:
        return get_kept_of(get_db(), collaboration_id, account)
    except (NotPermittedError, NotShownError):
        return None
