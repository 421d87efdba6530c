"""`compliance`: export the compliance file; find, hand over and delete what is kept of a visit."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.domain.site.site import LANGUAGES

if TYPE_CHECKING:
    from webapp.domain.site.compliance.visits import DeletionProof, KeptOfVisit, Visit
    from webapp.services.use_cases import UseCases

_BY = "command line"


def _visit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which camera and time are meant."""
    for option in (
        click.option("--to", "end", required=True, help="Until when, not included."),
        click.option("--from", "begin", required=True, help="A time such as '2026-11-21 14:30', on the site's clocks."),
        click.option("--camera", required=True, help="Its name or number; removed:NAME for one that was removed."),
    ):
        command = option(command)
    return command


@click.group()
def compliance() -> None:
    """Export the compliance file; find and delete what is kept of a visit."""


@compliance.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON, whatever the file's name ends in.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Of the page; that of the site by default.")
def export(file: Path, as_json: bool, language: str | None) -> None:
    """Write the compliance file into FILE: JSON where it ends in .json, else one HTML page that needs nothing else.

    No picture and no secret is in it. That it was exported is a line of the audit trail.

    \b
    Examples:
      python run.py compliance export compliance.html
      python run.py compliance export compliance.json
    """
    import json

    from webapp.cli.processes.installation import open_installation
    from webapp.errors import NotFound
    from webapp.runtime.files.model_files import ModelFiles
    from webapp.services.compliance.json_export import as_json as to_json
    from webapp.web.admin.compliance.document import written_without_a_server

    installation = open_installation()
    settings = installation.settings
    try:
        card = ModelFiles(settings.model_dir, settings.slots_dir).card()
    except NotFound:
        card = None
    found, form = installation.compliance.file(card), "json" if as_json or file.suffix.lower() == ".json" else "html"
    if form == "json":
        content = json.dumps(to_json(found, installation.site.zone()), ensure_ascii=False, indent=2)
    else:
        content = written_without_a_server(installation, found, language or found.site.language or "en")
    file.write_text(content, encoding="utf-8")
    installation.compliance.note_export(_BY, form)
    click.echo(f"Wrote {file}.")


@compliance.command()
@_visit_options
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def find(camera: str, begin: str, end: str, as_json: bool) -> None:
    """Say what is kept of a camera and a time; nothing is changed.

    \b
    Example:
      python run.py compliance find --camera "Front desk" --from "2026-11-21 14:00" --to "2026-11-21 14:30"
    """
    import json

    from webapp.cli.processes.installation import open_installation
    from webapp.services.alerts.incidents import incident_payload

    installation = open_installation()
    found = installation.visits.find(installation.visits.visit(camera, begin, end))
    if as_json:
        incidents = [incident_payload(incident) for incident in found.incidents]
        kept = {**found.visit.as_json(), "kept": found.counts.as_json(), "incidents": incidents}
        click.echo(json.dumps(kept, ensure_ascii=False, indent=2))
        return
    click.echo(f"{_words(installation, found.visit)}: {_counted(found.counts)}")
    for incident in found.incidents:
        click.echo(f"{incident.incident_id:6d}  {incident.opened_at:%Y-%m-%d %H:%M:%S} UTC  {incident.state.value}")


@compliance.command()
@_visit_options
@click.option("--yes", is_flag=True, help="Do not ask whether to delete.")
def delete(camera: str, begin: str, end: str, yes: bool) -> None:
    """Delete what is kept of a camera and a time, for good, and print the proof.

    Alerts that reach into the time go whole, with picture, notes, scores and history; of the scores of all faces goes
    what lies in the time. It can be done while Amends runs.

    \b
    Example:
      python run.py compliance delete --camera "Front desk" --from "2026-11-21 14:00" --to "2026-11-21 14:30"
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.runtime.processes.storage_notes import StorageNotes

    installation = open_installation()
    visit = installation.visits.visit(camera, begin, end)
    if not yes:
        counted = _counted(installation.visits.find(visit).counts)
        click.confirm(f"Delete of {_words(installation, visit)} {counted}?", abort=True)
    waiting = StorageNotes(installation.settings.slots_dir).state()
    _say_deleted(installation, installation.visits.delete(visit, _BY, waiting.alerts))


def _say_deleted(installation: "UseCases", proof: "DeletionProof") -> None:
    click.echo(f"Deleted of {_words(installation, proof.visit)}: {_counted(proof.deleted)}.")
    click.echo(f"Looked for again: {_counted(proof.left)}. Record {proof.proof_id} of the audit trail.")
    for copy in proof.copies:
        click.echo(f"The backup {copy.name} may hold it until {copy.until:%Y-%m-%d}.")


def _words(installation: "UseCases", visit: "Visit") -> str:
    zone = installation.site.zone()
    begin, end = visit.begin.astimezone(zone), visit.end.astimezone(zone)
    return f"{visit.place.name}, {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} ({zone.key})"


def _counted(counts: "KeptOfVisit") -> str:
    return (
        f"{counts.incidents} alerts, {counts.snapshots} pictures, {counts.scores} stretches of scores, "
        f"{counts.files} pictures that belong to no alert"
    )
