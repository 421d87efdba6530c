"""Where pictures and clips are kept: in the data folder, or in the bucket that the settings name."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from webapp.errors import SettingsInvalid
from webapp.settings import Settings
from webapp.storage.alerts.snapshots import SnapshotFiles

if TYPE_CHECKING:
    from webapp.services.ports import SnapshotStore
    from webapp.services.use_cases import UseCases

_END_S = 2.0
# Nobody waits for an upload, and a clip may have to go over a slow line.
_PATIENCE = 6.0


def check_store_usable(settings: Settings) -> None:
    """See to it that a bucket that is set can be talked to, without asking it for anything.

    Raises:
        SettingsInvalid: what talks to it is not installed, or the file of its secret cannot be read.
    """
    if not settings.snapshot_store:
        return
    from webapp.storage.alerts.snapshot_access import BucketAccess

    BucketAccess.of(settings).credential()
    if find_spec("obstore") is None:
        raise SettingsInvalid(
            "AMENDS_SNAPSHOT_STORE: expected what talks to a bucket to be installed; run: make setup-cluster"
        )


def open_snapshots(settings: Settings) -> "SnapshotStore":
    """Return where pictures and clips are kept; a bucket is asked for nothing yet, and its library is not loaded.

    Raises:
        SettingsInvalid: see `check_store_usable`.
    """
    files = SnapshotFiles(settings.snapshots_dir)
    if not settings.snapshot_store:
        return files
    check_store_usable(settings)
    from webapp.storage.alerts.snapshot_access import BucketAccess
    from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
    from webapp.storage.alerts.spooled_snapshots import SpooledSnapshots

    return SpooledSnapshots(files, SnapshotBucket(BucketAccess.of(settings)))


@contextmanager
def uploading(installation: "UseCases") -> Iterator["UseCases"]:
    """Bring this machine's pictures and clips to the bucket meanwhile, where one is set.

    Yields:
        What saves and deletes pictures at once, whatever the bucket does.
    """
    settings, adapters = installation.settings, installation.adapters
    if not settings.snapshot_store:
        yield installation
        return
    from webapp.runtime.processes.status_files import write_waiting_pictures
    from webapp.runtime.vision.snapshot_uploads import SnapshotUploads
    from webapp.services.use_cases import UseCases
    from webapp.storage.alerts.snapshot_access import BucketAccess
    from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
    from webapp.storage.alerts.spooled_snapshots import SpooledSnapshots

    def unknown_of(names: Collection[str]) -> Collection[str]:
        with adapters.unit_of_work.reading() as work:
            return work.visits.unknown_of(names)

    bucket = SnapshotBucket(BucketAccess.of(settings).patient(_PATIENCE), rest_s=0.0)
    spool = SpooledSnapshots(SnapshotFiles(settings.snapshots_dir), bucket)
    report = partial(write_waiting_pictures, settings.slots_dir)
    uploads = SnapshotUploads(spool, settings.snapshots_dir, unknown_of, report)
    uploads.start()
    try:
        yield UseCases(settings, replace(adapters, snapshots=uploads))
    finally:
        uploads.stop(_END_S)
