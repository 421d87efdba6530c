"""The bucket of the pictures and clips: whether it answers, takes the key, and keeps up."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from webapp.cli.doctor.findings import Finding, Level
from webapp.cli.processes.parts.snapshot_store import check_store_usable
from webapp.domain.alerts.snapshot_faults import SnapshotFault
from webapp.errors import SettingsInvalid, SnapshotStoreFailed
from webapp.settings import Settings
from webapp.site_settings import is_safe_address
from webapp.storage.alerts.snapshots import SnapshotFiles

_WAITED_S = 60.0
_ADVICE = {
    SnapshotFault.AWAY: "Look at AMENDS_SNAPSHOT_STORE_ENDPOINT, at the network, at the server and at its certificate.",
    SnapshotFault.REFUSED: "Look at AMENDS_SNAPSHOT_STORE_KEY_ID and its secret, and at what the key may do.",
    SnapshotFault.NO_BUCKET: "Make the bucket, or look at AMENDS_SNAPSHOT_STORE and …_REGION.",
    SnapshotFault.FAILED: "Look at the server's own log.",
}


def check_snapshot_store(settings: Settings) -> Iterator[Finding]:
    """Yield whether the bucket can be used, where one is set; it is only asked what days it has."""
    if not settings.snapshot_store:
        return
    yield _can_be_used(settings)
    endpoint = settings.snapshot_store_endpoint
    if endpoint and not is_safe_address(endpoint):
        yield Finding(
            "pictures",
            Level.WARNING,
            f"They travel to {urlsplit(endpoint).netloc} unencrypted.",
            "Use https://, or a network of these machines alone.",
        )
    path = settings.snapshot_store_secret_file
    if path is not None and path.exists() and path.stat().st_mode & 0o077:
        yield Finding("pictures", Level.WARNING, f"Others may read {path}.", f"As its owner: chmod 600 {path}")
    waiting = sum(1 for _ in SnapshotFiles(settings.snapshots_dir).listed(at_least_s=_WAITED_S))
    if waiting:
        yield Finding(
            "pictures",
            Level.WARNING,
            f"{waiting} pictures and clips wait on this machine.",
            "The log of vision says why; those of no alert stay until their days are over.",
        )


def _can_be_used(settings: Settings) -> Finding:
    from webapp.storage.alerts.snapshot_access import BucketAccess
    from webapp.storage.alerts.snapshot_bucket import SnapshotBucket

    try:
        check_store_usable(settings)
        access = BucketAccess.of(settings)
        SnapshotBucket(access).check()
    except SettingsInvalid as error:
        return Finding("pictures", Level.ERROR, f"{error}.")
    except SnapshotStoreFailed as error:
        advice = _ADVICE[SnapshotFault(error.fault)]
        return Finding("pictures", Level.ERROR, f"{settings.snapshot_store} cannot be used: {error.fault}.", advice)
    return Finding("pictures", Level.OK, f"{access.shown} answers, and takes the key.")
