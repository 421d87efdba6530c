"""`sites`: register, list and revoke the sites of a central instance."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webapp.services.sites.use_cases import SiteUseCases

_ACTOR = "command line"


@click.group()
def sites() -> None:
    """Register, list and revoke the sites of a central instance; docs/sites.md says what they send."""


@sites.command()
@click.argument("name")
@click.option("--pictures", is_flag=True, help="Take the pictures of its alerts, if the site sends them.")
def add(name: str, pictures: bool) -> None:
    """Register the site NAME and print its token once.

    \b
    Example:
      python run.py sites add Lind
    """
    made = _sites().registry.add(name, takes_pictures=pictures, actor=_ACTOR)
    click.echo(f"{made.site.name} is registered. At the site set AMENDS_CENTRAL_URL to this server's address, and")
    click.echo(f"AMENDS_CENTRAL_TOKEN={made.token}")


@sites.command("list")
def list_sites() -> None:
    """List the sites: state, open alerts, cameras online and offline, and when each last spoke.

    \b
    Example:
      python run.py sites list
    """
    for one in _sites().overview.all_summaries():
        seen_at = one.site.seen_at.isoformat(timespec="seconds") if one.site.seen_at else "never"
        cameras = f"{one.online} online, {one.offline} offline"
        click.echo(f"{one.site.name:30s}  {one.state.value:8s}  {one.open_alerts:4d} open  {cameras}  {seen_at}")


@sites.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke the token of the site NAME; what it sent stays.

    \b
    Example:
      python run.py sites revoke Lind
    """
    registry = _sites().registry
    site = registry.revoke_token(registry.named(name).site_id, _ACTOR)
    click.echo(f"The token of {site.name} is revoked.")


def _sites() -> "SiteUseCases":
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.parts.sites import site_use_cases

    return site_use_cases(open_installation())
