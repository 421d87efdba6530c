"""`user`: add and list people, make API tokens."""

import sys

import click

from webapp.domain.roles import Role


@click.group()
def user() -> None:
    """Add and list people, and make API tokens."""


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

    from webapp.cli.installation import open_installation

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(12)
    added = open_installation().accounts.add(name, role, password, actor="command line")
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
    from webapp.cli.installation import open_installation

    for person in open_installation().accounts.list():
        click.echo(
            f"{person.user_id:4d}  {person.name:30s}  {person.role.value:8s}{'' if person.enabled else '  disabled'}"
        )


@user.command()
@click.argument("name")
def token(name: str) -> None:
    """Make an API token for the person NAME and print it once.

    \b
    Example:
      python run.py user token Dana
    """
    from webapp.cli.installation import open_installation

    accounts = open_installation().accounts
    click.echo(accounts.create_token(accounts.find(name).user_id, actor="command line"))
