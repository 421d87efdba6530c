"""`notifications`: which channels there are, a test of one, and who would be notified."""

from typing import TYPE_CHECKING

import click

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.routes import ROUTED_KINDS, NoticeKind
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role

if TYPE_CHECKING:
    from webapp.domain.notifications.channels import NotificationChannel
    from webapp.services.use_cases import UseCases

_ACTOR = "command line"
_LEVEL = click.Choice([level.value for level in AlertLevel])
_KIND = click.Choice([kind.value for kind in ROUTED_KINDS])


@click.group()
def notifications() -> None:
    """See by which ways people are notified, test one, and ask who would be."""


@notifications.command("list")
def list_channels() -> None:
    """List all channels, each with its owner and how the last message fared; where they lead is not shown.

    \b
    Example:
      python run.py notifications list
    """
    for owner, channel in _channels(_installation()):
        is_on = "on" if channel.enabled else "off"
        last = channel.last_failure or ("delivered" if channel.last_sent_at else "nothing sent yet")
        click.echo(f"{channel.channel_id:>4}  {channel.kind.value:9} {is_on:4} {owner:20} {channel.name}: {last}")


@notifications.command("test")
@click.argument("channel_id", type=int)
def test_channel(channel_id: int) -> None:
    """Have a test sent to a channel by the running server, also where it is off.

    \b
    Example:
      python run.py notifications test 3
    """
    installation = _installation()
    found = {channel.channel_id: channel for _owner, channel in _channels(installation)}.get(channel_id)
    # An owner's channel is nobody else's: whoever has the command line acts in their place, and the trail says so.
    by = User(_ACTOR, Role.ADMIN, user_id=(found.owner_id or 0) if found else 0)
    key = installation.notifications.channels.test(channel_id, by)
    click.echo(f"A test is on its way, as {key}. See what became of it: python run.py notifications list")


@notifications.command("who")
@click.option("--camera", help="Name of the camera; without it, of a test alert.")
@click.option("--level", type=_LEVEL, default=AlertLevel.HIGH.value, show_default=True)
@click.option("--kind", type=_KIND, default=NoticeKind.ALERT.value, show_default=True)
def who(camera: str | None, level: str, kind: str) -> None:
    """Say who would be notified if it happened now and nobody came, step by step.

    \b
    Example:
      python run.py notifications who --camera "Front desk" --level high
    """
    installation = _installation()
    camera_id = installation.cameras.find(camera).camera_id if camera else None
    names = {user.user_id: user.name for user in installation.accounts.list()}
    steps = installation.notifications.preview.would_tell(camera_id, AlertLevel(level), NoticeKind(kind))
    if not steps:
        click.echo("No route is for it: nobody would be notified.")
    for step in steps:
        click.echo(f"{step.route.name}, after {step.after_min} min:")
        for target in step.targets:
            whom = names.get(target.user_id or 0, "a shared channel" if target.channel else "nobody")
            way = f" over {target.channel.kind.value} {target.channel.name}" if target.channel else ""
            click.echo(f"  {whom}{way}" + (f": not, {target.reason.value}" if target.reason else ""))


def _channels(installation: "UseCases") -> "list[tuple[str, NotificationChannel]]":
    service = installation.notifications.channels
    own = [(user.name, one) for user in installation.accounts.list() for one in service.of(user.user_id)]
    return sorted([*own, *(("shared", one) for one in service.shared())], key=lambda pair: pair[1].channel_id)


def _installation() -> "UseCases":
    from webapp.cli.processes.installation import open_installation

    return open_installation()
