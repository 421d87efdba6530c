"""How each process that runs for months begins."""

import gc
from pathlib import Path

import structlog

from webapp.runtime.processes.environment import forget_secrets, unknown_settings
from webapp.runtime.processes.logs import configure_logging
from webapp.runtime.processes.private_files import make_private
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.settings import Settings, load_settings
from webapp.storage.shared.redis_link import check_redis_library

log = structlog.get_logger()


def start_process(part: str, **overrides: object) -> Settings:
    """Read the settings, set up the log, and make private what is on the disk.

    Args:
        part: the process's name.
        overrides: settings that the command line gives.

    Raises:
        SettingsInvalid: a setting cannot be used.
    """
    settings = load_settings(**overrides)
    check_redis_library(settings)
    configure_logging(settings, part)
    if unknown := unknown_settings():
        log.warning("settings_unknown", names=unknown, advice="docs/settings.md lists all; these change nothing")
    prepare_slots_dir(settings.slots_dir)
    make_private(settings.data_dir, *_database_files(settings.sqlalchemy_url))
    make_private(settings.slots_dir)
    if settings.recordings_dir is None:
        settings.recordings_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return settings


def start_child_process(part: str, **overrides: object) -> Settings:
    """Do the same in a process that starts no other one that needs the secrets, and forget them."""
    settings = start_process(part, **overrides)
    forget_secrets()
    return settings


def begin_work() -> None:
    """Call the garbage collector back, which each start sends away, and have it leave alone what the start has made.

    It would look through the half million objects of the libraries some thirty times at the start, and later again and
    again, for a twentieth of a second in which nothing else is done.
    """
    gc.freeze()
    gc.enable()


def _database_files(url: str) -> list[Path]:
    if not url.startswith("sqlite:///"):
        return []
    return [Path(url.removeprefix("sqlite:///") + suffix) for suffix in ("", "-wal", "-shm")]
