"""What can be wrong with a store of pictures and clips that is not on this machine."""

from enum import StrEnum

from webapp.errors import SnapshotStoreFailed


class SnapshotFault(StrEnum):
    """Why nothing can be kept there, or read."""

    AWAY = "away"
    REFUSED = "refused"
    NO_BUCKET = "no_bucket"
    FAILED = "failed"


def store_failure(fault: SnapshotFault) -> SnapshotStoreFailed:
    """Return a fault as the error that pages and commands show; it says nothing of addresses or keys."""
    if fault is SnapshotFault.AWAY:
        return SnapshotStoreFailed("The store of the pictures does not answer. Try again in a moment.", fault=fault)
    if fault is SnapshotFault.REFUSED:
        return SnapshotStoreFailed("The store of the pictures refuses its access key. Tell your admin.", fault=fault)
    if fault is SnapshotFault.NO_BUCKET:
        return SnapshotStoreFailed("The store of the pictures has no such bucket. Tell your admin.", fault=fault)
    return SnapshotStoreFailed("The store of the pictures reports an error. Tell your admin.", fault=fault)
