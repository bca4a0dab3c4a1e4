"""The kept mails: what was sent, what would have been, and what went wrong."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.clock import utc_now
from matchmaker.jobs import wake_outbox
from matchmaker.outbox.actions import resend as resend_mail
from matchmaker.outbox.mail import MailNotFoundError, MailStateError
from matchmaker.outbox.queries import get_mail, list_mails
from matchmaker.outbox.reading import read_mail
from matchmaker.web.db import get_current_account, get_db, get_settings
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter

blueprint = Blueprint("outbox", __name__, url_prefix="/mails")

MOST_MAILS = 200
STATES = ("waiting", "sending", "sent", "failed", "uncertain")


@blueprint.errorhandler(MailNotFoundError)
def not_found(_error: MailNotFoundError) -> tuple[str, int]:
    return error_page(404)


@blueprint.get("")
def index() -> str:
    asked = request.args.get("state", "")
    states = (asked,) if asked in STATES else ()
    own_id = None if _sees_all() else get_current_account().id
    return render_template(
        "outbox/index.html",
        mails=list_mails(get_db(), MOST_MAILS, states=states, account_id=own_id),
        state=asked,
        states=STATES,
        is_delivered=not get_settings().shows_outbox,
    )


@blueprint.get("/<int:mail_id>")
def show(mail_id: int) -> str:
    mail = get_mail(get_db(), mail_id)
    is_own = mail.account_id == get_current_account().id
    if not is_own and not _sees_all():
        raise MailNotFoundError(mail_id)
    # A real mail may hold a link that acts for its reader: staff see only that it went.
    may_read = is_own or get_settings().shows_outbox
    return render_template(
        "outbox/show.html",
        mail=mail,
        blocks=read_mail(mail.body_text if may_read else "", get_settings().base_url),
        may_read=may_read,
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


def _sees_all() -> bool:
    """Hub staff do; with the demo content everybody, because all its people are invented."""
    return get_current_account().is_hub_staff or _is_demo()


def _is_demo() -> bool:
    row = get_db().first("select 1 from setting where name = 'demo_loaded'")
    return row is not None and get_settings().shows_outbox
