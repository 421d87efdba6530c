"""Keeps what lies in the data folder for its owner alone: new files by the umask, those of before at each start."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger()

_OF_OTHERS = 0o077
# Anyone who names one of these means a folder in it: the whole of it is for others too.
_SHARED = frozenset(
    ("/", "/dev/shm", "/etc", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/var", "/var/lib", "/var/tmp")  # noqa: S108 - none is written to.
)
_OURS = (
    *("restore-journal.json*", "restore.lock", "restore-check.lock"),
    *("amends.sqlite3*", "credentials.key", "session.key", ".restoring", "replaced-2*", "damaged-2*"),
    *("parts.json", "waiting.json", "model-problem.json", "model-use.json", "model-threads.json", "storage-[a-z]*"),
    *(
        "serve.lock",
        "opening.lock",
        "web.lock",
        "web-[0-9]*.lock",
        "further-web.lock",
        "vision.lock",
        "housekeeping.lock",
    ),
    *("web.alive", "web-[0-9]*.alive", "vision.alive", "housekeeping.alive"),
    *("raw-[0-9]*", "live-[0-9]*", "large-[0-9]*", "tile-[0-9]*", "sent-[0-9]*", "asked-[0-9]*"),
    *("capture-[0-9]*", "again-[0-9]*", "relayed-[0-9]*", "owned.json", "relay.json", "relay.lock", "relay.alive"),
)
_OUR_FOLDERS = ("backups", "backup-folders", "restore", "logs", "nodes", "recordings", "run", "snapshots")


def make_private(folder: Path, *files: Path) -> None:
    """Take from group and others what they may do in a folder; what was changed, or cannot be, is a line of the log.

    No link is followed, and nothing of another owner is touched. In a folder that others use too only what is called
    as our files are is made private.

    Args:
        folder: the data folder, or that of the frame slots; one that is not there is left alone.
        files: single files elsewhere, such as the database.
    """
    ours = _ours_in(folder)
    is_shared = folder.is_dir() and _is_shared(folder, ours)
    outcomes = [_made_private(path) for top in (ours if is_shared else [folder]) for path in _with_all_within(top)]
    outcomes += [_made_private(path) for path in files]
    if is_shared:
        log.warning("folder_shared", folder=str(folder), advice="name a folder that nothing else uses")
    if changed := outcomes.count(True):
        log.info("files_made_private", folder=str(folder), count=changed)
    if failed := outcomes.count(False):
        advice = f"as their owner: chmod -R go-rwx {folder}"
        log.warning("files_not_private", folder=str(folder), count=failed, advice=advice)


def exposed_files(folder: Path, owner: int) -> tuple[int, int]:
    """Return how many of our files and folders others may use, and how many are another owner's; nothing is changed.

    Args:
        folder: the data folder.
        owner: user id of whom all of it should belong to.
    """
    ours, exposed, foreign = _ours_in(folder), 0, 0
    for top in ours if _is_shared(folder, ours) else [folder]:
        for path in _with_all_within(top):
            with suppress(FileNotFoundError):
                info = path.lstat()
                exposed += not stat.S_ISLNK(info.st_mode) and bool(info.st_mode & _OF_OTHERS)
                foreign += info.st_uid != owner
    return exposed, foreign


def _ours_in(folder: Path) -> list[Path]:
    return [path for pattern in (*_OURS, *_OUR_FOLDERS) for path in folder.glob(pattern)]


def _is_shared(folder: Path, ours: Iterable[Path]) -> bool:
    """Return whether others use a folder too: the system's own, another owner's, or one full of what is not ours."""
    info = folder.stat()
    if str(folder) in _SHARED or info.st_mode & stat.S_ISVTX or info.st_uid != os.getuid():
        return True
    return not any(True for _ in ours) and any(folder.iterdir())


def _with_all_within(top: Path) -> Iterator[Path]:
    """Yield a path and all below it, folders first: nobody can put anything into one that is private already."""
    yield top
    for parent, folders, names in os.walk(top):
        yield from (Path(parent, name) for name in (*folders, *names))


def _made_private(path: Path) -> bool | None:
    """Return True where it was made private, False where it cannot be, None where nothing is to do."""
    try:
        info = path.lstat()
        if stat.S_ISLNK(info.st_mode) or not info.st_mode & _OF_OTHERS:
            return None
        if info.st_uid != os.getuid():
            return False
        path.chmod(stat.S_IMODE(info.st_mode) & ~_OF_OTHERS)
    except FileNotFoundError:  # Another process was here first.
        return None
    except OSError:
        return False
    return True
