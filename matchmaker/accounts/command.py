"""The commands ``matchmaker user …``, for the operator of an installation."""

import contextlib
from collections.abc import Iterator

import click

from matchmaker.accounts import actions
from matchmaker.accounts.account import LANGUAGES, ROLES, Account, NotPermittedError
from matchmaker.accounts.actions import AddressTakenError
from matchmaker.accounts.address import BadAddressError
from matchmaker.accounts.memberships import LastEditorError, WrongRoleError, give_role
from matchmaker.accounts.queries import (
    find_account_by_email,
    find_organisation_id,
    list_accounts,
    list_own_memberships,
)
from matchmaker.accounts.sign_in_codes import make_sign_in_link
from matchmaker.clock import utc_now
from matchmaker.database import Database
from matchmaker.database.opening import opened_site
from matchmaker.outbox.links import Links
from matchmaker.screening.screen import PatientDataFound


@click.group("user")
def user_group() -> None:
    """Add people, change their roles, and let them in.

    Example: matchmaker user add anna@hub.dk "Anna Riis" --organisation 3 --role hub_manager
    """


@user_group.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--organisation", help="Its id or whole name; import it first.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="member",
    show_default=True,
    help="What they may do there.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="da",
    show_default=True,
    help="Of their pages and mails.",
)
def add(email: str, name: str, organisation: str | None, role: str, language: str) -> None:
    """Create an account, and let it speak for an organisation.

    Example: matchmaker user add anna@hub.dk "Anna Riis" --organisation 3 --role hub_manager
    """
    with opened_site() as (_settings, db), _told(), db.atomic():
        now = utc_now()
        account = actions.create_account(db, email=email, name=name, language=language, now=now)
        if organisation:
            place = _organisation(db, organisation)
            give_role(db, account.id, place, role, actor=None, now=now)
        click.echo(f"{account.id}  {account.email}")


@user_group.command("list")
def list_command() -> None:
    """List everybody: id, address, name, and the role in each organisation.

    Example: matchmaker user list
    """
    with opened_site() as (_settings, db):
        for account in list_accounts(db):
            roles = ", ".join(
                f"{m.role} of {m.organisation_name} ({m.organisation_id})"
                for m in list_own_memberships(db, account.id)
            )
            closed = "" if account.is_active else "  [closed]"
            click.echo(f"{account.id}  {account.email}  {account.name}  {roles or '-'}{closed}")


@user_group.command("role")
@click.argument("email")
@click.argument("organisation")
@click.argument("role", type=click.Choice(ROLES))
def role(email: str, organisation: str, role: str) -> None:
    """Give a person a role in an organisation, named by its id or whole name.

    Example: matchmaker user role anna@hub.dk "Hub Syddanmark" hub_staff
    """
    with opened_site() as (_settings, db), _told():
        account, place = _account(db, email), _organisation(db, organisation)
        give_role(db, account.id, place, role, actor=None, now=utc_now())
        click.echo(f"{account.email}: {role} of {place}")


@user_group.command("deactivate")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Open a closed account again.")
def deactivate(email: str, undo: bool) -> None:
    """Close an account: it cannot sign in, and its sessions end at once.

    Example: matchmaker user deactivate anna@hub.dk
    """
    change = actions.reactivate_account if undo else actions.deactivate_account
    with opened_site() as (_settings, db), _told():
        account = _account(db, email)
        change(db, account.id, actor=None, now=utc_now())
        click.echo(f"{account.email}: {'open' if undo else 'closed'}")


@user_group.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs a person in once within 24 hours.

    Give it to nobody but that person: it is as good as their mailbox.

    Example: matchmaker user sign-in-link anna@hub.dk
    """
    with opened_site() as (settings, db), _told():
        account = _account(db, email)
        if not account.is_active:
            raise click.ClickException(f"{account.email} is closed")
        links = Links(settings.base_url, settings.secret_key)
        click.echo(make_sign_in_link(db, account, links=links, now=utc_now()))


def _account(db: Database, email: str) -> Account:
    account = find_account_by_email(db, email)
    if account is None:
        raise click.ClickException(f"nobody has the address {email}")
    return account


def _organisation(db: Database, text: str) -> int:
    organisation_id = find_organisation_id(db, text)
    if organisation_id is None:
        raise click.ClickException(
            f"no organisation {text!r}; add it first: matchmaker import organisations FILE"
        )
    return organisation_id


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell the errors of the domain in one line each."""
    try:
        yield
    except BadAddressError as error:
        raise click.ClickException(f"{error} is no e-mail address") from error
    except AddressTakenError as error:
        raise click.ClickException(f"{error} has an account already") from error
    except PatientDataFound as error:
        raise click.ClickException(str(error)) from error
    except WrongRoleError as error:
        raise click.ClickException(f"{error} is a role in hubs only") from error
    except LastEditorError as error:
        raise click.ClickException("nobody would be left to speak for the organisation") from error
    except NotPermittedError as error:
        raise click.ClickException(str(error)) from error
