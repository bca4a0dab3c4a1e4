"""Coming in: registering, confirming, accepting an invitation, joining. See pages.py."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.account import Account
from matchmaker.accounts.address import BadAddressError, normal_address
from matchmaker.accounts.attempts import TooManyCodesError, count_code
from matchmaker.accounts.queries import find_account_by_email
from matchmaker.clock import utc_now
from matchmaker.organisations import invitations, joining, queries
from matchmaker.organisations.forms import AcceptForm, EnterForm, RegisterForm, show_reason
from matchmaker.organisations.invitations import Invitation
from matchmaker.organisations.joining import Entry, Newcomer
from matchmaker.organisations.organisation import OrganisationError
from matchmaker.web.db import find_current_account, get_current_account, get_db, get_links
from matchmaker.web.languages import current_language
from matchmaker.web.sign_in import sign_in_account
from matchmaker.web.sign_in_pages import safe_next


def register() -> ResponseReturnValue:
    """Take a stranger's registration; the answer is the same for a known address."""
    if find_current_account():
        return redirect(url_for("organisations.join"))
    form = RegisterForm()
    if form.validate_on_submit() and _started(form):
        return redirect(url_for("organisations.registered"))
    names = queries.list_public_names(get_db())
    return render_template("organisations/register.html", form=form, names=names, next=safe_next())


def registered() -> str:
    return render_template("organisations/registered.html")


def confirm(token: str) -> ResponseReturnValue:
    """Create the account when the button is pressed: programs that check mails open links too."""
    db, links, now = get_db(), get_links(), utc_now()
    if request.method == "GET":
        address = joining.find_registration(db, token, links=links, now=now)
        return render_template("organisations/confirm.html", address=address)
    entry = joining.complete_registration(db, token, links=links, now=now)
    sign_in_account(entry.account, via="registration")
    _welcome(entry)
    # Who must wait to be let in could not do there what they came for.
    wanted = "" if entry.must_wait else entry.next_path
    return redirect(wanted or url_for("home.mine"))


def join() -> ResponseReturnValue:
    """Add an organisation to an account that is here already."""
    form = EnterForm()
    if form.validate_on_submit():
        try:
            entry = joining.enter(
                get_db(),
                form.details(),
                account=get_current_account(),
                links=get_links(),
                now=utc_now(),
            )
        except OrganisationError as error:
            show_reason(form, error)
        else:
            _welcome(entry)
            return redirect(url_for("accounts.profile"))
    names = queries.list_public_names(get_db())
    return render_template("organisations/join.html", form=form, names=names)


def accept(token: str) -> ResponseReturnValue:
    """Accept an invitation: as who is signed in, else as the invited address."""
    db, now = get_db(), utc_now()
    invitation = invitations.read_invitation(db, token, links=get_links(), now=now)
    reader = find_current_account()
    account = reader or find_account_by_email(db, invitation.email)
    form = AcceptForm()
    # An account needs no name here; without a session, the link from the mail is the key.
    if request.method == "POST" and (account or form.validate()):
        accepted = _accept(invitation, account, form)
        if reader is None:
            sign_in_account(accepted, via="invitation")
        flash(_("You take part for %(name)s now.", name=invitation.organisation.name), "success")
        return redirect(url_for("home.mine"))
    return render_template(
        "organisations/accept.html", invitation=invitation, accepting=account, form=form
    )


def _accept(invitation: Invitation, account: Account | None, form: AcceptForm) -> Account:
    db, now = get_db(), utc_now()
    if account is None:
        return invitations.accept_as_new(
            db, invitation, name=form.name.data, language=current_language(), now=now
        )
    invitations.accept_invitation(db, invitation, account=account, now=now)
    return account


def _started(form: RegisterForm) -> bool:
    db, links, now = get_db(), get_links(), utc_now()
    newcomer = Newcomer(
        form.email.data, form.name.data, form.title.data or "", current_language(), safe_next()
    )
    try:
        details = form.details().checked()
        count_code(db, normal_address(newcomer.email), key=links.secret_key, now=now)
        joining.start_registration(db, newcomer, details, links=links, now=now)
    except BadAddressError:
        form.email.errors = [_("Write the address as name@organisation.dk.")]
        return False
    except TooManyCodesError:
        form.email.errors = [
            _("You have asked for many mails. Use the newest one, or wait an hour.")
        ]
        return False
    except OrganisationError as error:
        show_reason(form, error)
        return False
    return True


def _welcome(entry: Entry) -> None:
    name = entry.organisation.name
    if entry.must_wait:
        flash(
            _("%(name)s is here already. We have asked your colleagues there to let you in.",
              name=name),
            "info",
        )  # fmt: skip
    else:
        flash(_("Welcome. You speak for %(name)s.", name=name), "success")
