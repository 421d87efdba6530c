"""What waits to be put back, beside the database that it will replace: in the folder `restore` of the data folder."""

import errno
import json
import os
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from webapp.domain.site.restores import BackupContents, RestoreOrder, RestoreOutcome, RestorePlan, RestoreRefusal
from webapp.errors import BackupFailed, InputInvalid
from webapp.storage.site.exchange import ORDER, RESTORE_FOLDER, TAKEN_ORDER, is_pending

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_PLAN, _OUTCOME, _READY = "plan.json", "outcome.json", "ready"
_UPLOAD, _UPLOAD_NAME = "uploaded", "uploaded.json"
# So much stays free, for alerts.
_LEAST_FREE_BYTES = 2**28
_Kind = TypeVar("_Kind")


class RestoreFiles:
    """`RestoreStore` in files, readable by their owner only."""

    def __init__(self, data_dir: Path) -> None:
        """Say where everything is.

        Args:
            data_dir: the data folder.
        """
        self._data_dir, self._folder = data_dir, data_dir / RESTORE_FOLDER

    @property
    def staging(self) -> Path:
        """The folder of what is unpacked and checked."""
        return self._folder / _READY

    def plan(self) -> RestorePlan | None:
        """Return what is ready; None where nothing is."""
        return self._read(_PLAN, RestorePlan) if self.staging.is_dir() else None

    def begin(self) -> None:
        """Forget what was ready, before something else is unpacked in its place: it must not be ordered any more."""
        (self._folder / _PLAN).unlink(missing_ok=True)

    def keep(self, name: str, contents: BackupContents, at: datetime) -> RestorePlan:
        """Note that what lies in `staging` is checked and ready."""
        plan = RestorePlan(uuid.uuid4().hex, name, contents, at)
        self._write(_PLAN, plan)
        return plan

    def order(self, order: RestoreOrder) -> None:
        """Have the supervisor put back what is ready."""
        self._write(ORDER, order)

    def is_ordered(self) -> bool:
        """Return whether an order waits."""
        return (self._folder / ORDER).exists() or (self._folder / TAKEN_ORDER).exists()

    def taken_order(self) -> RestoreOrder | None:
        """Return what the supervisor has taken, once."""
        order = self._read(TAKEN_ORDER, RestoreOrder)
        (self._folder / TAKEN_ORDER).unlink(missing_ok=True)
        return order

    def outcome(self) -> RestoreOutcome | None:
        """Return what became of the last one."""
        return self._read(_OUTCOME, RestoreOutcome)

    def outcome_note(self, outcome: RestoreOutcome) -> tuple[str, str]:
        """Return the file in which an outcome is kept, and its content."""
        return str(self._folder / _OUTCOME), _adapter(RestoreOutcome).dump_json(outcome).decode()

    def note(self, outcome: RestoreOutcome) -> None:
        """Keep what became of it."""
        self._write(_OUTCOME, outcome)

    def forget(self) -> None:
        """Delete what is ready and what was uploaded; not in the midst of putting it back."""
        if is_pending(self._data_dir) or self.is_ordered():
            return
        shutil.rmtree(self.staging, ignore_errors=True)
        for name in (_PLAN, _UPLOAD, _UPLOAD_NAME):
            (self._folder / name).unlink(missing_ok=True)

    def forget_old(self, before: datetime) -> None:
        """Delete what is ready, or was uploaded, since before a time."""
        # What is just being unpacked has a folder and no plan yet.
        paths = [path for name in (_PLAN, _UPLOAD, _READY) if (path := self._folder / name).exists()]
        if paths and max(path.stat().st_mtime for path in paths) < before.timestamp():
            self.forget()

    def upload(self, name: str, offset: int, piece: bytes) -> int:
        """Add a piece to what is being uploaded; see `RestoreStore.upload`."""
        path = self._folder / _UPLOAD
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not offset:
                path.unlink(missing_ok=True)
                self._write(_UPLOAD_NAME, {"name": name})
            size_bytes = path.stat().st_size if path.exists() else 0
            if offset != size_bytes:
                raise InputInvalid(
                    "Expected the piece at %(size)s, got the one at %(offset)s: begin again.",
                    size=size_bytes,
                    offset=offset,
                )
            if shutil.disk_usage(self._folder).free - len(piece) < _LEAST_FREE_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
                file.write(piece)
            return size_bytes + len(piece)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise BackupFailed("The disk is full: nothing was kept of it.", cause=RestoreRefusal.DISK) from error

    def uploaded(self) -> tuple[Path, str] | None:
        """Return where what was uploaded is, and its name; None where nothing is."""
        path = self._folder / _UPLOAD
        try:
            stored = json.loads((self._folder / _UPLOAD_NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return (path, str(stored["name"])) if path.is_file() else None

    def _read(self, name: str, kind: type[_Kind]) -> _Kind | None:
        try:
            return _adapter(kind).validate_json((self._folder / name).read_bytes())
        except (OSError, ValueError):
            return None

    def _write(self, name: str, value: object) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self._folder / f"{name}.part"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_adapter(type(value)).dump_json(value))
        unfinished.replace(self._folder / name)


def _adapter(kind: type[_Kind]) -> "TypeAdapter[_Kind]":
    from pydantic import TypeAdapter  # Most processes that know of backups never put one back.

    return TypeAdapter[Any](kind)
