"""`snapshots`: bring pictures and clips from one store to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.settings import load_settings

if TYPE_CHECKING:
    from webapp.storage.alerts.snapshot_copy import CopyTotals

_MIB = 2**20


@click.group()
def snapshots() -> None:
    """Bring the alerts' pictures and clips from one store to another."""


@snapshots.command()
@click.argument("source")
@click.argument("target")
def copy(source: str, target: str) -> None:
    """Copy all pictures and clips from SOURCE to TARGET, each a folder or s3://BUCKET/PREFIX.

    Amends may run meanwhile, but not with a bucket on the folder that is TARGET: it would take all back to the bucket.
    A bucket is opened with the key and the server of AMENDS_SNAPSHOT_STORE. Each picture is read back and compared by
    its SHA-256. Nothing is deleted; called again, it goes on where it was. The exit code is 1 where not all is there.

    \b
    Examples:
      python run.py snapshots copy var/snapshots s3://amends/hotel
      python run.py snapshots copy s3://amends/hotel var/snapshots
    """
    from webapp.errors import SnapshotStoreFailed
    from webapp.storage.alerts.snapshot_copy import CopyTotals, copy_snapshots, open_store

    settings = load_settings()
    latest = CopyTotals()

    def note(totals: CopyTotals) -> None:
        nonlocal latest
        latest = totals
        if not (totals.in_both + totals.gone) % 100:
            click.echo(f"{totals.in_both} are in both ...", err=True)

    try:
        with _nobody_empties(target):
            copy_snapshots(open_store(source, settings), open_store(target, settings), note)
    except OSError as error:
        reason = str(error) if isinstance(error, SnapshotStoreFailed) else error.strerror or type(error).__name__
        raise click.ClickException(
            f"It ended early: {reason} {latest.in_both} are in both so far; call it again to go on."
        ) from None
    _say(latest, source, target)
    if latest.different:
        raise SystemExit(1)


@contextmanager
def _nobody_empties(target: str) -> Iterator[None]:
    """Hold off who uploads from a folder and deletes there what came to it.

    Raises:
        ClickException: somebody does so already.
    """
    from webapp.storage.alerts.spooled_snapshots import alone_uploading

    if "://" in target:
        yield
        return
    with alone_uploading(Path(target).expanduser()) as is_alone:
        if not is_alone:
            raise click.ClickException(
                f"Amends is bringing what is in {target} to a bucket, and would take back each copy: stop it before."
            )
        yield


def _say(totals: "CopyTotals", source: str, target: str) -> None:
    click.echo(f"{totals.copied} copied, {totals.were_there} were there, {totals.gone} went from {source} meanwhile.")
    click.echo(f"{totals.in_both} in both, {totals.size_bytes / _MIB:.1f} MiB, each with the same SHA-256.")
    for name in totals.different:
        click.echo(f"Different in {target}: {name}", err=True)
