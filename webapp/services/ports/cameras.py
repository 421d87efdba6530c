"""What the use cases need of the database about cameras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.kiosks import Kiosk
from webapp.domain.cameras.snoozes import Snooze
from webapp.domain.site.wall_screens import WallScreen


@dataclass(frozen=True)
class RuleOverrides:
    """What an admin set apart from the defaults; None leaves the default. Units as in `AlertRule`."""

    emotions: tuple[str, ...] | None = None
    enter_threshold: float | None = None
    exit_threshold: float | None = None
    dwell_s: float | None = None
    cooldown_s: float | None = None


class CameraRepository(Protocol):
    """The registered cameras."""

    def list(self) -> Sequence[Camera]:
        """Return all cameras by name."""

    def get(self, camera_id: int) -> Camera | None:
        """Return one camera."""

    def find(self, name: str) -> Camera | None:
        """Return the camera of that name, without regard to case."""

    def add(self, camera: Camera, encrypted_password: bytes | None, encrypted_hidden: bytes | None = None) -> Camera:
        """Store a new camera and return it with its id."""

    def update(self, camera: Camera) -> None:
        """Store name, place, url, user name, enabled and a new revision."""

    def set_password(self, camera_id: int, encrypted_password: bytes | None) -> None:
        """Store another password, or none."""

    def encrypted_password(self, camera_id: int) -> bytes | None:
        """Return the stored password as it is."""

    def set_hidden(self, camera_id: int, encrypted_hidden: bytes | None) -> None:
        """Store other secret values of the address, or none."""

    def encrypted_hidden(self, camera_id: int) -> bytes | None:
        """Return the stored secret values of the address as they are."""

    def set_state(self, camera: Camera) -> None:
        """Store what vision sees; the revision stays."""

    def set_snooze(self, camera_id: int, snooze: Snooze | None) -> None:
        """Store a snooze, or none; the revision stays."""

    def set_settings(self, camera: Camera) -> None:
        """Store how and when its pictures are looked at; the revision stays."""

    def set_groups(self, camera: Camera) -> None:
        """Store the groups that it is in; the revision stays."""

    def remove(self, camera_id: int) -> None:
        """Delete the camera; its incidents stay and keep its name."""


class RuleRepository(Protocol):
    """Alert rules: one for all cameras (`camera_id` None) and one for each that differs."""

    def get(self, camera_id: int | None) -> RuleOverrides:
        """Return what is set apart; all None where nothing is."""

    def all(self) -> Mapping[int | None, RuleOverrides]:
        """Return all that is set apart, by camera."""

    def put(self, camera_id: int | None, overrides: RuleOverrides) -> None:
        """Store it."""


class KioskRepository(Protocol):
    """The screens that are cameras."""

    def get(self, camera_id: int) -> Kiosk | None:
        """Return the screen of a camera."""

    def put(self, kiosk: Kiosk) -> None:
        """Store a screen; its code and secret stay as they are."""

    def note_seen(self, camera_id: int, at: datetime) -> None:
        """Store when the screen was last there; nothing of one that is gone."""

    def set_code(self, camera_id: int, code_hash: str | None) -> None:
        """Store the hash of a pairing link's code, or none."""

    def set_secret(self, camera_id: int, secret_hash: str | None) -> None:
        """Store the hash of what the paired screen's cookie carries, or none."""

    def find_by_code(self, code_hash: str) -> Kiosk | None:
        """Return the screen that a link is for; nobody else uses it before this unit of work ends."""

    def find_by_secret(self, secret_hash: str) -> Kiosk | None:
        """Return the screen of a cookie."""


class WallScreenRepository(Protocol):
    """The screens on walls."""

    def list(self) -> Sequence[WallScreen]:
        """Return all screens by name."""

    def get(self, screen_id: int) -> WallScreen | None:
        """Return one screen."""

    def add(self, screen: WallScreen) -> WallScreen:
        """Store a new screen and return it with its id."""

    def update(self, screen: WallScreen) -> None:
        """Store a screen; its code and secret stay as they are."""

    def note_seen(self, screen_id: int, at: datetime) -> None:
        """Store when the screen was last there; nothing of one that is gone."""

    def set_code(self, screen_id: int, code_hash: str | None) -> None:
        """Store the hash of a pairing link's code, or none."""

    def set_secret(self, screen_id: int, secret_hash: str | None) -> None:
        """Store the hash of what the paired screen's cookie carries, or none."""

    def find_by_code(self, code_hash: str) -> WallScreen | None:
        """Return the screen that a link is for; nobody else uses it before this unit of work ends."""

    def find_by_secret(self, secret_hash: str) -> WallScreen | None:
        """Return the screen of a cookie."""

    def remove(self, screen_id: int) -> None:
        """Delete a screen."""
