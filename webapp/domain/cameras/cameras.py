"""A camera: its address and its state."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from webapp.domain.cameras.addresses.camera_hosts import may_be_a_camera
from webapp.domain.cameras.addresses.hidden_values import encoded, hide_values, kept_values, put_back
from webapp.domain.cameras.addresses.local_addresses import check_local
from webapp.domain.cameras.addresses.natural_addresses import natural_address, unknown_kind
from webapp.domain.cameras.addresses.typed_credentials import ascii_host, host_and_port, split_credentials
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.domain.cameras.schedule import ALWAYS, OpeningHours
from webapp.domain.cameras.snoozes import Snooze
from webapp.errors import AmendsError, CameraError, CameraUnstable, InputInvalid, KioskNotPaired


class CameraKind(StrEnum):
    """How the pictures come in."""

    RTSP = "rtsp"
    HTTP = "http"
    SNAPSHOT = "snapshot"
    USB = "usb"
    FILE = "file"
    DEMO = "demo"
    KIOSK = "kiosk"


class CameraState(StrEnum):
    """What staff see of a camera."""

    CONNECTING = "connecting"
    ONLINE = "online"
    CLOSED = "closed"
    AWAITING_RECORDS = "awaiting_records"
    OFFLINE = "offline"
    DISABLED = "disabled"

    @property
    def is_connected(self) -> bool:
        """Whether pictures come in: of a closed camera they do, and nothing in them is analysed."""
        return self in (CameraState.ONLINE, CameraState.CLOSED, CameraState.AWAITING_RECORDS)


@dataclass(frozen=True)
class StateReason:
    """Why a camera is offline or waits: data, of which each reader's words are made at the edge; `str()` is English.

    Attributes:
        text: names the message, with a place for each value; see `AmendsError`.
        values: what stands at these places.
        code: what kind of failure it is, for programs; see `CameraError`.
    """

    text: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    code: str = CameraError.code

    def __str__(self) -> str:
        """Return it in English, for command lines and logs."""
        return self.text % self.values if self.values else self.text

    @classmethod
    def of(cls, error: AmendsError) -> "StateReason":
        """Return what an error says."""
        return cls(error.text, error.values, error.code)

    @property
    def is_unstable(self) -> bool:
        """Whether it says that the connection comes and goes, and not why a camera is offline."""
        return self.code == CameraUnstable.code

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"code": self.code, "text": self.text, "values": dict(self.values)}

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | str | None) -> "StateReason | None":
        """Read what `as_dict` wrote, or the sentence that an event of an earlier version holds."""
        if not stored:
            return None
        return cls(stored) if isinstance(stored, str) else cls(stored["text"], stored["values"], stored["code"])


_KINDS_BY_SCHEME = {
    "rtsp": CameraKind.RTSP,
    "rtsps": CameraKind.RTSP,
    "http": CameraKind.HTTP,
    "https": CameraKind.HTTP,
    "snapshot": CameraKind.SNAPSHOT,
    "snapshot+http": CameraKind.SNAPSHOT,
    "snapshot+https": CameraKind.SNAPSHOT,
    "usb": CameraKind.USB,
    "file": CameraKind.FILE,
    "demo": CameraKind.DEMO,
    "kiosk": CameraKind.KIOSK,
}
# Called by their host's name or address, with a log-in of their own.
NETWORK_KINDS = (CameraKind.RTSP, CameraKind.HTTP, CameraKind.SNAPSHOT)


@dataclass(frozen=True)
class CameraAddress:
    """Where a camera is, without its credentials, and the credentials apart.

    Attributes:
        url: the address as people may see it: never with a user name or password before the host, and with a mark in
            place of each secret value behind it.
        username: as the camera expects it, not percent-encoded; empty where none is needed.
        password: likewise; kept out of `repr`.
        hidden: what stands in place of the marks, as the camera is sent it; kept out of `repr`.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> CameraKind:
        """How the pictures come in."""
        return _KINDS_BY_SCHEME[self.url.split(":", 1)[0].lower()]

    @property
    def usb_device(self) -> str:
        """What stands behind `usb:`: a number, a path below /dev, or a serial number."""
        return self.url.partition(":")[2]

    @property
    def path(self) -> str:
        """The PATH of `file:PATH`."""
        rest = self.url.partition(":")[2]
        return unquote(rest.removeprefix("//")) if rest.startswith("///") else rest

    @property
    def full_url(self) -> str:
        """The address to call, in ASCII, with its secret values and without user name and password. Never show it."""
        scheme, slashes, rest = put_back(self.url, self.hidden).partition("://")
        found = host_and_port(rest)
        if not slashes or found is None:
            return self.url if not self.hidden else f"{scheme}{slashes}{rest}"
        host = found[0]
        return f"{scheme}://{ascii_host(host)}{encoded(rest[len(host) :])}"

    def url_with_credentials(self) -> str:
        """Return the address for the decoder, with user name and password percent-encoded. Never log or show it."""
        if not (self.username or self.password):
            return self.full_url
        scheme, _, rest = self.full_url.partition("://")
        return f"{scheme}://{quote(self.username, safe='')}:{quote(self.password, safe='')}@{rest}"


def parse_camera_address(
    url: str,
    username: str = "",
    password: str = "",
    kept: CameraAddress | None = None,
    chosen: CameraKind | None = None,
) -> CameraAddress:
    """Check an address as a person typed it; credentials inside the URL are moved to their own fields.

    Args:
        url: as it was typed; one without a prefix gets that of its kind, see `natural_address`.
        username: likewise, in its own field.
        password: likewise; without one, user name and password of the URL count together.
        kept: the address of before, whose secret values are meant by the marks in `url`.
        chosen: what kind of camera it is; None where nobody has said so: then as `kept` is.

    Raises:
        InputInvalid: unknown scheme, no host or path, host or port of no camera, or unclear which part is the password.
    """
    # Of a draft even what was kept may be no address yet.
    url = natural_address(url, chosen or (_kind_of(kept.url) if kept else None) or "")
    kind = _kind_of(url)
    if kind is None:
        raise unknown_kind(url)
    if kind in NETWORK_KINDS:
        return _parse_network(url, username, password, kept or CameraAddress(""))
    check_local(kind, url.partition(":")[2])
    return CameraAddress(url)


def _kind_of(url: str) -> CameraKind | None:
    return _KINDS_BY_SCHEME.get(url.partition(":")[0].lower()) if ":" in url else None


def _parse_network(url: str, username: str, password: str, kept: CameraAddress) -> CameraAddress:
    if kept.hidden and url == kept.url:
        _check_credentials(username, password)
        return CameraAddress(url, username, password, kept.hidden)
    scheme, _, rest = url.partition("://")
    if not rest or rest[0] in "/?#":
        raise InputInvalid("The camera address has no host: expected SCHEME://HOST[:PORT]/PATH.", field="url")
    typed_username, typed_password, rest = split_credentials(rest)
    if typed_password and not password:
        username, password = typed_username or username, typed_password
    _check_credentials(username or typed_username, password)
    found = host_and_port(rest)
    if found is None or not url.isprintable():
        raise _unreadable()
    if not all(map(may_be_a_camera, {found[0], ascii_host(found[0])})):
        raise InputInvalid(
            "No camera is called at this address: link-local, multicast and metadata addresses are refused. Give the "
            "camera an address of its own network.",
            field="url",
        )
    shown, hidden = hide_values(rest, kept_values(kept.url, kept.hidden))
    bare = shown.replace(":", "", 1) if shown.startswith(f"{found[0]}:") and not found[1] else shown
    return CameraAddress(f"{scheme.lower()}://{bare}", username or typed_username, password, hidden)


def _check_credentials(username: str, password: str) -> None:
    """Refuse what no keyboard types: a line end in it would be a line of its own in what the camera is sent."""
    for text, name in ((username, "username"), (password, "password")):
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise InputInvalid("Expected a user name and a password without control characters.", field=name)


def _unreadable() -> InputInvalid:
    return InputInvalid(
        "The camera address cannot be read: expected SCHEME://HOST[:PORT]/PATH. Put the user name and password "
        "into their own fields: a password may hold characters that an address may not.",
        field="url",
    )


@dataclass(frozen=True)
class Camera:
    """A camera as it is registered.

    Attributes:
        camera_id: row id; 0 until it is stored.
        name: what staff call the place.
        url: the address without credentials.
        username: shown to admins so that they can check it; the password never is.
        has_password: whether one is stored.
        enabled: whether it is to be watched.
        state: as vision last saw it.
        state_reason: why it is offline, or that its connection comes and goes; None otherwise.
        state_since: when it came into this state.
        opens_at: when a closed camera is analysed again; None where it is not closed.
        snooze: the last one that staff asked for and nobody ended, also when its time is over.
        place: where it hangs, for anyone who maintains it; may be empty.
        groups: those that it is in, in order.
        image_settings: how its pictures are turned, and what of them is covered.
        opening: when its faces are analysed.
        analysis_fps: most pictures a second that are analysed; None leaves it to the settings.
        detector: what finds its faces; None leaves it to the settings.
    """

    name: str
    url: str
    camera_id: int = 0
    username: str = ""
    has_password: bool = False
    enabled: bool = True
    state: CameraState = CameraState.CONNECTING
    state_reason: StateReason | None = None
    state_since: datetime | None = None
    opens_at: datetime | None = None
    revision: int = 1
    snooze: Snooze | None = None
    place: str = ""
    groups: tuple[str, ...] = ()
    image_settings: ImageSettings = AS_IT_COMES
    opening: OpeningHours = ALWAYS
    analysis_fps: float | None = None
    detector: Detector | None = None

    @property
    def kind(self) -> CameraKind:
        """How the pictures come in."""
        return CameraAddress(self.url).kind

    @property
    def is_unstable(self) -> bool:
        """Whether its connection comes and goes."""
        return self.state_reason is not None and self.state_reason.is_unstable

    @property
    def is_unpaired(self) -> bool:
        """Whether it is a kiosk that waits for its screen: nothing is wrong with it."""
        return self.state_reason is not None and self.state_reason.code == KioskNotPaired.code
