"""`user`: add and list people, make API tokens, remove a second factor."""

import sys

import click

from webapp.domain.people.accounts import DEFAULT_TOKEN_DAYS, TOKEN_DAYS, TokenScope
from webapp.domain.people.roles import Role


@click.group()
def user() -> None:
    """Add and list people, make API tokens, and remove a second factor."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the person may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one up.")
def add(name: str, role: str, password_stdin: bool) -> None:
    """Add the person NAME. Without --password-stdin a password is made up and printed once.

    \b
    Examples:
      python run.py user add Dana --role staff
      printf '%s' "$PASSWORD" | python run.py user add Mel --role manager --password-stdin
    """
    import secrets

    from webapp.cli.processes.installation import open_installation

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(12)
    added = open_installation().accounts.add(
        name, role, password, actor="command line", must_change_password=not password_stdin
    )
    click.echo(f"{added.name} is added as {added.role.value}.")
    if not password_stdin:
        click.echo(f"Password (shown only this once): {password}")


@user.command("list")
def list_users() -> None:
    """List the people and their roles.

    \b
    Example:
      python run.py user list
    """
    from webapp.cli.processes.installation import open_installation

    for person in open_installation().accounts.list():
        click.echo(
            f"{person.user_id:4d}  {person.name:30s}  {person.role.value:8s}{'' if person.enabled else '  disabled'}"
        )


@user.command()
@click.argument("name")
@click.option("--for", "purpose", default="command line", show_default=True, help="What the token is for.")
@click.option("--scope", type=click.Choice([scope.value for scope in TokenScope]), default="act", show_default=True)
@click.option(
    "--days",
    type=click.Choice([str(days) for days in TOKEN_DAYS]),
    default=str(DEFAULT_TOKEN_DAYS),
    show_default=True,
    help="After how many days it stops working.",
)
def token(name: str, purpose: str, scope: str, days: str) -> None:
    """Make an API token for the person NAME and print it once.

    \b
    Examples:
      python run.py user token Dana
      python run.py user token Dana --for monitoring --scope read --days 365
    """
    from webapp.cli.processes.installation import open_installation

    installation = open_installation()
    user_id = installation.accounts.find(name).user_id
    click.echo(installation.tokens.create(user_id, name=purpose, scope=scope, days=int(days), actor="command line"))


@user.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Remove the second factor of the person NAME, who has lost the device and has no recovery code; sessions end.

    \b
    Example:
      python run.py user reset-second-factor Root
    """
    from webapp.cli.processes.installation import open_installation

    installation = open_installation()
    person = installation.second_factors.remove(installation.accounts.find(name).user_id, "command line")
    click.echo(f"{person.name} has no second factor any more, and logs in with the password alone.")
