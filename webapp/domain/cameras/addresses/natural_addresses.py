"""Addresses as people type them: without the prefix that says what kind they are, or in quotation marks."""

import re

from webapp.domain.cameras.addresses.snapshot_cameras import as_snapshot
from webapp.domain.cameras.addresses.typed_credentials import host_and_port, is_clearly_host, split_credentials
from webapp.errors import InputInvalid

SCHEMES_TEXT = (
    "rtsp://, rtsps://, http://, https://, snapshot+http://, snapshot+https://, usb:DEVICE, file:PATH, kiosk: or demo:"
)
# What a kind of camera puts before what was typed; the names are the values of `CameraKind`.
_PREFIXES = {"rtsp": "rtsp://", "http": "http://", "snapshot": "snapshot+http://", "usb": "usb:", "file": "file:"}
_NETWORK = ("rtsp", "http", "snapshot")
_QUOTES = ('""', "''", "“”", "„“", "«»", "‘’", "<>")
_WITH_PREFIX = re.compile(
    r"(?:rtsps?|https?|snapshot(?:\+https?)?|usb|file|demo|kiosk):|[a-z][a-z0-9+.\-]*://", re.IGNORECASE
)
# A field that began with a prefix, into which a whole address was pasted; or one from the settings of another program.
_TWICE = re.compile(
    r"(?:(?:rtsps?|https?|snapshot\+https?)://|(?:file|usb|demo|kiosk|ffmpeg):/{0,2})(?=(?:rtsps?|https?|snapshot\+https?)://)",
    re.IGNORECASE,
)
_TOO_FEW_SLASHES = re.compile(r"(rtsps?|https?)(?::/?|//)(?=[^/\\])", re.IGNORECASE)
_DEVICE = re.compile(r"/dev/(?:video\d|v4l/)")
_VIDEO_NAME = re.compile(r"\.(?:mp4|m4v|mkv|avi|mov|webm|ts|mpe?g)", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|bmp|webp)(?:\?|$)", re.IGNORECASE)
_VIDEO_OVER_HTTP = re.compile(r"\.(?:mjpe?g|m3u8|mpd|mp4|cgi)(?:\?|$)", re.IGNORECASE)
_HTTP_PORTS = ("80", "443", "8080")
_WINDOWS_PATH = re.compile(r"(?:file:/{0,3})?[a-z]:[\\/](?P<rest>[^@]*)", re.IGNORECASE)
_SHARED_FOLDER = re.compile(r"(?:file:)?(?:\\\\|(?:smb|cifs|nfs|afp):)", re.IGNORECASE)


def natural_address(typed: str, kind: str = "") -> str:
    """Return an address with the prefix of its kind, where it was typed without one.

    Args:
        typed: as somebody entered it.
        kind: the value of the `CameraKind` that was chosen; empty where none was. Then what is clearly a host, a
            device or a video gets a prefix, and all else is left as it is.

    Raises:
        InputInvalid: it is a path that this machine cannot read.
    """
    text = _without_quotes(typed.strip())
    _refuse_foreign_paths(text, kind)
    if kind in _NETWORK:
        text = _TOO_FEW_SLASHES.sub(r"\1://", text, count=1) if _TOO_FEW_SLASHES.match(text) else text
    while begin := _TWICE.match(text):
        text = text[begin.end() :]
    if _WITH_PREFIX.match(text):
        return as_snapshot(text) if kind == "snapshot" else text
    meant = _clear_kind(text, kind) or (kind if kind in _PREFIXES else "") or _likely_kind(text)
    if not (meant and text):
        return text
    return _PREFIXES[meant] + (text.lstrip("/") if meant in _NETWORK else text)


def unknown_kind(url: str) -> InputInvalid:
    """Return what is said of an address that is of no kind."""
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if not scheme.isalnum():
        return InputInvalid(
            "It is not clear what kind of camera this is: expected %(schemes_text)s.",
            schemes_text=SCHEMES_TEXT,
            field="url",
        )
    return InputInvalid(
        "Unknown kind of camera address: expected %(schemes_text)s, got '%(scheme)s://'.",
        schemes_text=SCHEMES_TEXT,
        scheme=scheme,
        field="url",
    )


def _without_quotes(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] + text[-1] in _QUOTES
    return text[1:-1].strip() if is_quoted else text


def _refuse_foreign_paths(text: str, kind: str) -> None:
    if _SHARED_FOLDER.match(text):
        raise InputInvalid(
            "This is a shared folder, and Amends reads none: put the video into the recordings folder of the machine "
            "that Amends runs on, and enter its name, such as lobby.mp4. A camera's address has / and not \\.",
            field="url",
        )
    # Of a network camera it may be a user of one letter, and a password.
    windows = None if kind in _NETWORK and "\\" not in text else _WINDOWS_PATH.fullmatch(text)
    if windows:
        raise InputInvalid(
            "This is a path of a Windows computer: put the video into the recordings folder of the machine that Amends "
            "runs on, and enter its name, here %(name)s.",
            name=re.split(r"[\\/]", windows["rest"])[-1][:100] or "lobby.mp4",
            field="url",
        )


def _clear_kind(text: str, kind: str) -> str:
    """Return what an address can only be, whatever was chosen; empty where that is open."""
    if _DEVICE.match(text):
        return "usb"
    first, slash, _rest = text.partition("/")
    may_be_a_host = bool(slash and first) and (kind in _NETWORK or ":" in first or is_clearly_host(first))
    is_video = _VIDEO_NAME.fullmatch(text[text.rfind(".") :]) is not None
    return "file" if is_video and not may_be_a_host and "@" not in text else ""


def _likely_kind(text: str) -> str:
    """Return what an address without a prefix is most likely of, where it begins with a host; empty else."""
    if text.startswith(("/", "./", "~/")):
        return "" if text.startswith("//") else "file"
    rest = split_credentials(text)[2]
    found = host_and_port(rest)
    if found is None or not is_clearly_host(found[0]):
        return ""
    if _PICTURE.search(rest):
        return "snapshot"
    return "http" if found[1] in _HTTP_PORTS or _VIDEO_OVER_HTTP.search(rest) else "rtsp"
