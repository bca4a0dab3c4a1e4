"""What the pages of needs and of capabilities do alike."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from matchmaker.accounts.account import Account
from matchmaker.clock import utc_now
from matchmaker.coach import labels as coach_labels
from matchmaker.coach.quality import POINTS, Quality
from matchmaker.database import Database
from matchmaker.outbox.links import LinkError, LinkExpiredError
from matchmaker.profiles import labels
from matchmaker.profiles.errors import (
    IncompleteProfileError,
    InvalidProfileError,
    NotAllowedError,
    ProfileNotFoundError,
    WrongStateError,
)
from matchmaker.profiles.quality import list_qualities
from matchmaker.profiles.reading import P, Shown
from matchmaker.profiles.register import Register
from matchmaker.profiles.renewal import read_renewal
from matchmaker.web.after_save import profile_changed
from matchmaker.web.db import find_current_account, get_current_account, get_db, get_links
from matchmaker.web.errors import error_page
from matchmaker.words.vocabulary import Concept, shipped_vocabulary


def init_profile_pages(blueprint: Blueprint) -> None:
    """Answer the domain's refusals as pages, and give templates the shared labels."""
    blueprint.register_error_handler(ProfileNotFoundError, lambda _error: error_page(404))
    blueprint.register_error_handler(NotAllowedError, lambda _error: error_page(403))
    blueprint.register_error_handler(LinkExpiredError, lambda _error: error_page(410))
    blueprint.register_error_handler(LinkError, lambda _error: error_page(404))
    blueprint.register_error_handler(WrongStateError, _has_moved_on)
    blueprint.register_error_handler(IncompleteProfileError, _is_incomplete)
    blueprint.register_error_handler(InvalidProfileError, _lacks_a_reason)
    texts = {"profile_labels": labels, "coach_labels": coach_labels, "COACH_POINTS": POINTS}
    blueprint.record(lambda state: state.app.jinja_env.globals.update(texts))


def get_changeable(
    get_visible: Callable[[Database, int, Account | None], Shown[P]], profile_id: int
) -> Shown[P]:
    """Return a profile that the reader may change.

    Raises
    ------
    ProfileNotFoundError, NotAllowedError
        There is none for this reader, or it is somebody else's.
    """
    shown = get_visible(get_db(), profile_id, get_current_account())
    if not shown.may_change:
        raise NotAllowedError(profile_id)
    return shown


def after_saving(saved: LazyString, **record: Any) -> ResponseReturnValue:
    """Go on with the preview, or leave what was saved for later."""
    profile_changed()
    if request.form.get("next") == "later":
        flash(saved, "success")
        return redirect(url_for(".mine"))
    return redirect(url_for(".preview", **record))


def after_moving(done: LazyString, **record: Any) -> ResponseReturnValue:
    profile_changed()
    flash(done, "success")
    return redirect(url_for(".show", **record))


def renewal_page(
    template: str,
    register: Register,
    get_visible: Callable[[Database, int, Account | None], Shown[Any]],
    renew: Callable[..., None],
    token: str,
) -> str:
    """Land a mail's link; only the button renews, because mail scanners open links."""
    renewal = read_renewal(get_db(), register, get_links(), token)
    shown = get_visible(get_db(), renewal.profile_id, renewal.account)
    if request.method == "GET" or not shown.profile.can_renew:
        return render_template(template, shown=shown)
    renew(get_db(), renewal.profile_id, actor=renewal.account, now=utc_now())
    profile_changed()
    shown = get_visible(get_db(), renewal.profile_id, renewal.account)
    return render_template(template, shown=shown, is_renewed=True)


def asked_page() -> int:
    """Return the page of a list that the address asks for, the first when it makes no sense."""
    return max(1, request.args.get("page", 1, type=int))


def asked_theme() -> Concept | None:
    """Return the theme that the address narrows a list to, if there is such a theme."""
    return shipped_vocabulary().concepts.get(request.args.get("theme", ""))


def asked_weakest_first() -> bool:
    """Whether the reader is of the staff and wants the texts first that say least."""
    account = find_current_account()
    return bool(account and account.is_hub_staff and request.args.get("sort") == "text")


def qualities_for_staff(noun: str, shown: Iterable[Shown[Any]]) -> dict[int, Quality] | None:
    """Return what the texts on a list earn, by id; None for readers who are not of the staff."""
    account = find_current_account()
    if account is None or not account.is_hub_staff:
        return None
    return list_qualities(get_db(), noun, (each.profile.id for each in shown))


def kept_query(asked: dict[str, str]) -> dict[str, str]:
    """Return what an address must keep to show the same list: what was asked for, no blanks."""
    return {name: value for name, value in asked.items() if value}


def _has_moved_on(_error: WrongStateError) -> ResponseReturnValue:
    """A second click, or somebody was faster: the page shows how things are now."""
    flash(_("This had already changed when you clicked. You see how it is now."), "info")
    return redirect(url_for(".show", **(request.view_args or {}) | {"verb": None}))


def _is_incomplete(_error: IncompleteProfileError) -> ResponseReturnValue:
    flash(_("Fill in the first question before others can read it."), "warning")
    return redirect(url_for(".edit", **(request.view_args or {}) | {"verb": None}))


def _lacks_a_reason(_error: InvalidProfileError) -> ResponseReturnValue:
    """Forms show what is wrong at their fields; only closing asks for nothing but a reason."""
    flash(_("Choose why you close it."), "warning")
    return redirect(url_for(".show", **request.view_args or {}))
