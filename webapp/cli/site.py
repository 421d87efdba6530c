"""`site`: what the site says of itself, and what has to be on record before faces are analysed."""

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from webapp.domain.site.site_records import LegalBasis, StaffChoice

if TYPE_CHECKING:
    from webapp.services.site.site_records import NewRecords
    from webapp.services.use_cases import UseCases

_ACTOR = "command line"
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_BASIS = click.Choice([basis.value for basis in LegalBasis])
_basis = click.option("--basis", type=_BASIS, help="The legal basis, of GDPR Article 6(1).")
_reason = click.option("--reason", help="Why that basis carries the purpose.")
_since = click.option("--since", type=_DAY, help="The first day on which the sign hung, such as 2026-11-29.")
_by = click.option("--by", "hung_by", help="Who hung the sign.")


@click.group()
def site() -> None:
    """Say who uses Amends and why, and put on record what has to be before faces are analysed."""


@site.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON, as GET /api/v1/site does.")
def show(as_json: bool) -> None:
    """Show what the site says of itself, what is on record, and which cameras wait for what.

    \b
    Example:
      python run.py site show --json
    """
    from webapp.services.site.site_payload import site_payload

    installation = _installation()
    if as_json:
        click.echo(json.dumps(site_payload(installation.site_records), indent=2))
    else:
        _show_site(installation)


@site.command("set")
@click.option("--operator", help="Who uses it: name and address of the operator.")
@click.option("--purpose", help="Why, in words that a guest understands.")
@click.option("--contact", help="Whom people may ask.")
@click.option("--time-zone", help="Whose clocks the schedules mean, such as Europe/Berlin.")
@click.option("--may-stop", is_flag=True, help="Cameras may analyse nobody until it is put on record again.")
@_basis
@_reason
@_since
@_by
def set_words(
    operator: str | None,
    purpose: str | None,
    contact: str | None,
    time_zone: str | None,
    may_stop: bool,
    basis: str | None,
    reason: str | None,
    since: datetime | None,
    hung_by: str | None,
) -> None:
    """Change what the site says of itself; what is not named stays.

    Another operator, purpose or contact has to be put on record again, and cameras analyse nobody until it is. With
    --basis, --reason, --since and --by both are put on record in the same act, and no camera stops.

    \b
    Examples:
      python run.py site set --operator "Hotel Lind, Berlin" --contact privacy@lind.example --time-zone Europe/Berlin
      python run.py site set --purpose "To help sooner." --basis legitimate_interests \\
        --reason "Nobody is identified." --since 2026-11-29 --by Dana
    """
    installation = _installation()
    words = {"operator": operator, "purpose": purpose, "contact": contact, "time_zone": time_zone}
    named = {name: text.strip() for name, text in words.items() if text is not None}
    if not named:
        raise click.UsageError("Expected at least one of --operator, --purpose, --contact and --time-zone.")
    new_records = _new_records(basis, reason, since, hung_by)
    wanted = replace(installation.site.get(), **named)
    installation.site_records.change_site(wanted, _ACTOR, new_records, may_stop=may_stop)
    click.echo("Changed: the notice says so from now on; print the sign again.")
    _show_waiting(installation)


@site.group()
def record() -> None:
    """Put on record: the purpose, the notice, and where staff stand in a camera's picture."""


@record.command("purpose")
@click.option("--basis", type=_BASIS, required=True, help="The legal basis, of GDPR Article 6(1).")
@click.option("--reason", required=True, help="Why that basis carries the purpose.")
def record_purpose(basis: str, reason: str) -> None:
    """Put on record who is responsible, why, and on which legal basis, as the site says it now.

    \b
    Example:
      python run.py site record purpose --basis legitimate_interests --reason "Nobody is identified, and …"
    """
    installation = _installation()
    installation.site_records.record_purpose(LegalBasis(basis), reason, _ACTOR)
    _say_recorded(installation)


@record.command("notice")
@click.option("--since", type=_DAY, required=True, help="The first day on which the sign hung, such as 2026-11-29.")
@click.option("--by", "hung_by", required=True, help="Who hung the sign.")
def record_notice(since: datetime, hung_by: str) -> None:
    """Put on record that the sign hangs where people read it before a camera sees them.

    \b
    Example:
      python run.py site record notice --since 2026-11-29 --by Dana
    """
    installation = _installation()
    installation.site_records.record_notice(since.date(), hung_by, _ACTOR)
    _say_recorded(installation)


@record.command("staff")
@click.option("--camera", required=True, help="The camera's name.")
@click.option("--as-drawn", "choice", flag_value=StaffChoice.AS_DRAWN.value, help="Where its staff zones are drawn.")
@click.option("--no-staff-in-view", "choice", flag_value=StaffChoice.NO_STAFF_IN_VIEW.value, help="Nowhere.")
def record_staff(camera: str, choice: str | None) -> None:
    """Put on record where staff stand in the picture of one camera.

    \b
    Example:
      python run.py site record staff --camera "Front desk" --no-staff-in-view
    """
    if choice is None:
        raise click.UsageError("Expected --as-drawn or --no-staff-in-view.")
    installation = _installation()
    camera_id = installation.cameras.find(camera).camera_id
    installation.site_records.record_staff_zones(camera_id, StaffChoice(choice), _ACTOR)
    _say_recorded(installation)


def _installation() -> "UseCases":
    from webapp.cli.processes.installation import open_installation

    return open_installation()


def _new_records(
    basis: str | None, reason: str | None, since: datetime | None, hung_by: str | None
) -> "NewRecords | None":
    from webapp.services.site.site_records import NewRecords

    if basis is None and reason is None and since is None and hung_by is None:
        return None
    if basis is None or reason is None or since is None or hung_by is None:
        raise click.UsageError("Expected all of --basis, --reason, --since and --by, or none of them.")
    return NewRecords(LegalBasis(basis), reason, since.date(), hung_by)


def _say_recorded(installation: "UseCases") -> None:
    click.echo("Put on record.")
    _show_waiting(installation)


def _show_site(installation: "UseCases") -> None:
    from webapp.domain.site.site_records import RecordKind, newest
    from webapp.services.site.gate_words import RECORD_WORDS

    site, records = installation.site.get(), installation.site_records.list()
    for name in ("product_name", "operator", "purpose", "contact", "public_url", "time_zone", "language"):
        click.echo(f"{name.replace('_', ' '):13s} {getattr(site, name) or '–'}")
    for kind in (RecordKind.PURPOSE, RecordKind.NOTICE):
        found = newest(records, kind)
        said = f"{found.at:%Y-%m-%d %H:%M} UTC by {found.by}" if found else "not yet"
        click.echo(f"{RECORD_WORDS[kind]} on record: {said}")
    _show_waiting(installation)


def _show_waiting(installation: "UseCases") -> None:
    from webapp.services.site.gate_words import waiting_words

    now, zone, waiting = (
        installation.adapters.clock.now(),
        installation.site.zone(),
        installation.site_records.waiting(),
    )
    for one in waiting:
        click.echo(f"{one.camera.name}: {waiting_words(one.gate, now, zone)}")
    if not waiting:
        click.echo("All cameras have what has to be on record.")
