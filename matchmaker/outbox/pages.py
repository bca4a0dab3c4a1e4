"""The kept mails: what was sent, what would have been, and what went wrong."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.clock import utc_now
from matchmaker.jobs import wake_outbox
from matchmaker.outbox.actions import resend as resend_mail
from matchmaker.outbox.mail import MailNotFoundError, MailStateError, OutboxMail
from matchmaker.outbox.queries import get_mail, list_mails
from matchmaker.outbox.reading import read_paragraphs
from matchmaker.web.db import get_current_account, get_db, get_settings
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter

blueprint = Blueprint("outbox", __name__, url_prefix="/mails")

STATES = ("waiting", "sending", "sent", "failed", "uncertain")


@blueprint.errorhandler(MailNotFoundError)
def not_found(_error: MailNotFoundError) -> tuple[str, int]:
    return error_page(404)


@blueprint.get("")
def index() -> str:
    _refuse_others()
    asked = request.args.get("state", "")
    states = (asked,) if asked in STATES else ()
    return render_template(
        "outbox/index.html",
        mails=list_mails(get_db(), 200, states=states),
        state=asked,
        states=STATES,
        is_delivered=not get_settings().shows_outbox,
    )


@blueprint.get("/<int:mail_id>")
def show(mail_id: int) -> str:
    _refuse_others()
    mail = get_mail(get_db(), mail_id)
    text = mail.body_text if _may_read(mail) else ""
    return render_template(
        "outbox/show.html",
        mail=mail,
        paragraphs=read_paragraphs(text, get_settings().base_url),
        may_read=_may_read(mail),
        is_delivered=not get_settings().shows_outbox,
    )


@blueprint.post("/<int:mail_id>/resend")
@limiter.limit(WRITE)
def resend(mail_id: int) -> ResponseReturnValue:
    try:
        resend_mail(get_db(), mail_id, actor=get_current_account(), now=utc_now())
        wake_outbox()
        flash(_("The mail is tried again."), "success")
    except MailStateError:
        flash(_("The mail is on its way already."), "info")
    return redirect(url_for(".show", mail_id=mail_id))


def _refuse_others() -> None:
    """Let in hub staff, and with the demo content everybody: all its people are invented."""
    if not get_current_account().is_hub_staff and not _is_demo():
        abort(403)


def _may_read(mail: OutboxMail) -> bool:
    """Whether the text may be shown: a real mail holds links that act for its reader."""
    return get_settings().shows_outbox or _is_demo() or mail.account_id == get_current_account().id


def _is_demo() -> bool:
    row = get_db().first("select 1 from setting where name = 'demo_loaded'")
    return row is not None and get_settings().shows_outbox
