"""The commands ``matchmaker mail …``."""

import click

from matchmaker.clock import utc_now
from matchmaker.database.opening import opened_site
from matchmaker.outbox.actions import resend
from matchmaker.outbox.delivery import deliver_due
from matchmaker.outbox.mail import MailNotFoundError, MailStateError
from matchmaker.outbox.queries import get_mail, list_mails
from matchmaker.outbox.smtp import smtp_sender

_STATES = ("waiting", "sending", "sent", "failed", "uncertain")


@click.group("mail")
def mail_group() -> None:
    """See and send what is in the outbox.

    Example: matchmaker mail list --state uncertain
    """


@mail_group.command("list")
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="How many at most.",
)
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Repeatable.")
def list_command(limit: int, states: tuple[str, ...]) -> None:
    """List the newest mails: id, state, attempts, recipient, subject, last error.

    Example: matchmaker mail list --state failed --state uncertain
    """
    with opened_site() as (_settings, db):
        for mail in list_mails(db, limit, states=states):
            error = f"  ({mail.last_error})" if mail.last_error else ""
            click.echo(
                f"{mail.id}  {mail.state}  {mail.attempts}  {mail.recipient}  {mail.subject}{error}"
            )


@mail_group.command("show")
@click.argument("mail_id", type=int)
def show_command(mail_id: int) -> None:
    """Print one mail as its reader sees it, by its id in the list.

    Example: matchmaker mail show 17
    """
    with opened_site() as (_settings, db):
        try:
            mail = get_mail(db, mail_id)
        except MailNotFoundError as error:
            raise click.ClickException(f"There is no mail {mail_id}.") from error
        click.echo(f"To: {mail.recipient}\nSubject: {mail.subject}\n\n{mail.body_text}")


@mail_group.command("send")
def send_command() -> None:
    """Send the mails that are due, as the service does by itself.

    Example: MATCHMAKER_SMTP_HOST=smtp.example.dk matchmaker mail send
    """
    with opened_site() as (settings, db):
        if settings.mail_server is None:
            raise click.ClickException("No mail server: set MATCHMAKER_SMTP_HOST.")
        send = smtp_sender(settings.mail_server, settings.sender)
        click.echo(f"{deliver_due(db, send, now=utc_now())} mails sent.")


@mail_group.command("resend")
@click.argument("mail_id", type=int)
def resend_command(mail_id: int) -> None:
    """Let a failed or uncertain mail be sent again, by its id in the list.

    Example: matchmaker mail resend 17
    """
    with opened_site() as (_settings, db):
        try:
            resend(db, mail_id, actor=None, now=utc_now())
        except MailNotFoundError as error:
            raise click.ClickException(f"There is no mail {mail_id}.") from error
        except MailStateError as error:
            raise click.ClickException(f"Mail {mail_id} is {error}, not failed.") from error
        click.echo(f"Mail {mail_id} is waiting again.")
