"""Puts a database, keys and pictures in the place of others, all of them or none, whenever it is interrupted.

What is to be moved is written down before the first file is: from then on the way leads forward only, and whoever comes
next goes it to its end. Before that nothing is touched. It does without SQLAlchemy: the supervisor looks here too.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_JOURNAL, _LOCK = "restore-journal.json", "restore.lock"
# What waits to be put back, see `restore_files`.
RESTORE_FOLDER, ORDER, TAKEN_ORDER = "restore", "order.json", "taken.json"
_SIDE_FILES = ("-wal", "-shm")
_ANSWER_S = 1.5


@dataclass(frozen=True)
class Exchange:
    """What is moved where.

    Attributes:
        aside: the folder for what was there.
        staging: the folder that holds what comes in its place, all of it written to the disk.
        outs: from where to where, of what was there.
        ins: from where to where, of what comes.
        strays: files that belong to what was there and must not lie beside what comes.
        note: what is written down about it in the end; the name of a file, and its content.
    """

    aside: str
    staging: str
    outs: Sequence[tuple[str, str]]
    ins: Sequence[tuple[str, str]]
    strays: Sequence[str]
    note: tuple[str, str] = ("", "")


def planned(
    staging: Path, aside: Path, database: Path, beyond: Sequence[Path], note: tuple[str, str] = ("", "")
) -> Exchange:
    """Return what has to be moved.

    Args:
        staging: holds what comes, under the names that are there now.
        aside: for what is there.
        database: its file; what SQLite keeps beside it goes with it.
        beyond: what is exchanged beside the database.
        note: see `Exchange`.
    """
    side_files = [database.with_name(database.name + suffix) for suffix in _SIDE_FILES]
    there = [path for path in (database, *side_files, *beyond) if path.exists()]
    coming = [path for path in (*beyond, database) if (staging / path.name).exists()]
    return Exchange(
        aside=str(aside),
        staging=str(staging),
        outs=[(str(path), str(aside / path.name)) for path in there],
        ins=[(str(staging / path.name), str(path)) for path in coming],
        strays=[str(path) for path in side_files],
        note=note,
    )


def exchange(data_dir: Path, what: Exchange) -> None:
    """Move everything; a start, a command or the supervisor goes on where this was interrupted.

    Raises:
        OSError: it cannot even begin: nothing was changed.
    """
    with _alone(data_dir):
        Path(what.aside).mkdir(mode=0o700)
        os.sync()  # What comes is on the disk before anything goes.
        try:
            _write(data_dir / _JOURNAL, json.dumps(asdict(what)))
        except OSError:
            Path(what.aside).rmdir()
            raise
        _go_on(data_dir, what)


def take_order(data_dir: Path) -> bool:
    """Take an admin's order to put back what is ready, so that it is carried out once; tell whether there was one.

    Not at once: the answer to who gave it is still on its way through a process that is about to be stopped.
    """
    order = data_dir / RESTORE_FOLDER / ORDER
    try:
        if abs(time.time() - order.stat().st_mtime) < _ANSWER_S:
            return False
        order.replace(order.with_name(TAKEN_ORDER))
    except OSError:
        return False
    return True


def finish_order(data_dir: Path) -> None:
    """Bring to its end what was ordered and interrupted; an order that nobody could carry out is gone."""
    (data_dir / RESTORE_FOLDER / TAKEN_ORDER).unlink(missing_ok=True)
    finish_interrupted(data_dir)


def is_pending(data_dir: Path) -> bool:
    """Return whether an exchange has begun and is not finished."""
    return (data_dir / _JOURNAL).exists()


def finish_interrupted(data_dir: Path) -> bool:
    """Go on with an exchange that was interrupted; tell whether there was one."""
    if not is_pending(data_dir):
        return False
    with _alone(data_dir):
        try:
            written = json.loads((data_dir / _JOURNAL).read_text(encoding="utf-8"))
        except FileNotFoundError:  # Somebody else was at it.
            return False
        _go_on(data_dir, Exchange(**written))
    return True


def _go_on(data_dir: Path, what: Exchange) -> None:
    """Do what is not done yet; each step can be done again."""
    for source, target in what.outs:
        if not os.path.lexists(target) and os.path.lexists(source):
            os.rename(source, target)  # noqa: PTH104 - paths as they were written down.
    remaining = [(source, target) for source, target in what.ins if os.path.lexists(source)]
    if remaining:
        # A command that was called in between may have made an empty database: what it wrote must not be mixed in.
        for stray in what.strays:
            Path(stray).unlink(missing_ok=True)
    for source, target in remaining:
        if Path(target).is_dir() and not Path(target).is_symlink():
            shutil.rmtree(target)
        os.replace(source, target)  # noqa: PTH105 - likewise.
    if what.note[0]:
        with suppress(OSError):  # A full disk must not keep the rest from its end.
            _write(Path(what.note[0]), what.note[1])
    for folder in {data_dir, Path(what.aside), *(Path(target).parent for _, target in what.ins)}:
        _sync(folder)
    (data_dir / _JOURNAL).unlink(missing_ok=True)
    _sync(data_dir)
    shutil.rmtree(what.staging, ignore_errors=True)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with (data_dir / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
