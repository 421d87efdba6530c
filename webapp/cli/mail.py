"""`mail`: which server takes mails."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.domain.site.mail import Mail, MailSecurity, MailSettings, checked_mail_address

if TYPE_CHECKING:
    from webapp.services.site.mail import MailService

_ACTOR = "command line"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def mail() -> None:
    """Set the server that takes mails, and try it."""


@mail.command("set")
@click.option("--host", required=True, help="Name of the mail server.")
@click.option("--port", type=int, default=465, show_default=True)
@click.option(
    "--security",
    type=click.Choice([one.value for one in MailSecurity]),
    default=MailSecurity.TLS.value,
    show_default=True,
)
@click.option("--sender", required=True, help="The address that mails come from.")
@click.option("--username", default="", help="To log in with, where the server asks for it.")
@click.option("--password-file", type=_FILE, help="Holds its password.")
def set_server(host: str, port: int, security: str, sender: str, username: str, password_file: Path | None) -> None:
    """Let a server take mails; without --password-file the password that is kept stays.

    \b
    Example:
      python run.py mail set --host smtp.example.org --sender amends@example.org --username amends --password-file FILE
    """
    settings = MailSettings(host, port, MailSecurity(security), username, sender)
    password = password_file.read_text(encoding="utf-8").strip("\r\n") if password_file else ""
    _service().change(settings, password, _ACTOR)
    click.echo(f"{host}:{port} takes mails now. Try it: python run.py mail test ADDRESS")


@mail.command()
def show() -> None:
    """Print which server takes mails; its password is not shown.

    \b
    Example:
      python run.py mail show
    """
    service = _service()
    held = service.settings()
    if not held.is_set:
        click.echo("No mails are sent.")
        return
    log_in = f" as {held.username}" if held.username else ""
    password = ", its password is kept" if service.has_password() else ""
    click.echo(f"{held.host}:{held.port} ({held.security}){log_in} from {held.sender}{password}")


@mail.command("test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send a mail to ADDRESS now, and say whether the server took it.

    \b
    Example:
      python run.py mail test dana@example.org
    """
    text = "This is a test mail from Amends. It arrived.\n"
    _service().send(Mail(checked_mail_address(address), "Test mail from Amends", text))
    click.echo(f"The server took the mail to {address}. Look whether it arrived.")


@mail.command()
def off() -> None:
    """Send no mails any more, and forget the password.

    \b
    Example:
      python run.py mail off
    """
    _service().remove(_ACTOR)
    click.echo("No mails are sent any more.")


@mail.command()
@click.argument("name")
@click.argument("address", default="")
def address(name: str, address: str) -> None:
    """Say where the person NAME gets mails; without ADDRESS nowhere.

    \b
    Example:
      python run.py mail address Dana dana@example.org
    """
    from webapp.cli.processes.installation import open_installation

    accounts = open_installation().accounts
    person = accounts.set_mail(accounts.find(name).user_id, address, _ACTOR)
    click.echo(f"{person.name} gets mails at {person.mail or 'no address'}.")


def _service() -> "MailService":
    from webapp.cli.processes.installation import open_installation

    return open_installation().mail
