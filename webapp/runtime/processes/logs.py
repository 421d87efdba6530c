"""Logging, the same in every process: to standard error and a small file, for people or as JSON lines."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import structlog

from webapp.domain.cameras.addresses.hidden_values import MARK, without_secrets
from webapp.settings import Settings

_LOG_FILE_BYTES = 2**20
# As it stands, in JSON with its strokes escaped, or in percent codes.
_ADDRESS = re.compile(r"\w+:(?:\\?/){2}\S+|\w+%3A%2F%2F\S+", re.IGNORECASE)
_NO_PORT = re.compile(r"(:(?:\\?/){2}[^/:@\[\s]*:)(?!\d{1,5}(?:\W|$))[^/]*")
_PATH_AND_QUERY = re.compile(r"(?<![\w/:*])/[^\s\"'?]*\?[^\s\"']+")
_HEADER = re.compile(r"(authorization[\"']?\s*[:=]\s*[\"']?(?:basic|digest|bearer)\s+).+", re.IGNORECASE)
_NAMED = re.compile(r"((?:password|passwd|pwd|token|secret)=)(?!\*\*\*)[^\s&\"']+", re.IGNORECASE)


def configure_logging(settings: Settings, part: str) -> None:
    """Set up structlog and the standard library's logging.

    Args:
        settings: level and format.
        part: the process's name, on every line.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_credentials,
    ]
    is_json = settings.log_format == "json"
    renderer = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr), *_log_file(settings, part)]
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(handlers=handlers, level=settings.log_level.upper(), force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level.upper())),
    )
    structlog.contextvars.bind_contextvars(part=part)


def log_files(settings: Settings) -> list[Path]:
    """Return the logs that the processes keep in the data folder."""
    return sorted((settings.data_dir / "logs").glob("*.log"))


def _log_file(settings: Settings, part: str) -> list[logging.Handler]:
    """Return the handler of the process's own file, which the page System shows; none where it cannot be written."""
    path = settings.data_dir / "logs" / f"{part}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return [RotatingFileHandler(path, maxBytes=_LOG_FILE_BYTES, backupCount=1, encoding="utf-8")]
    except OSError:
        return []


def without_credentials(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take user names, passwords and tokens out of any address in any field: the last net below our own care."""
    return {key: _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    """Return a value of a field, or of what is in it, without them; what is no text of ours is told as text."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    return _clean_text(repr(value)) if isinstance(value, BaseException | bytes) else value


def _clean_text(text: str) -> str:
    text = _HEADER.sub(rf"\g<1>{MARK}", _ADDRESS.sub(_shown, text))
    text = _PATH_AND_QUERY.sub(lambda found: without_secrets(f"http://h{found[0]}").removeprefix("http://h"), text)
    return _NAMED.sub(rf"\g<1>{MARK}", text)


def _shown(found: re.Match[str]) -> str:
    text = unquote(found[0]) if "://" not in found[0] and "%" in found[0] else found[0]
    # A blank may stand in a password, and end what is taken for the address in the middle of it.
    shown = _NO_PORT.sub(rf"\g<1>{MARK}", without_secrets(text))
    return shown if shown.count("@") == text.count("@") else re.sub(r":(?:\\?/){2}", rf"\g<0>{MARK}@", shown, count=1)
