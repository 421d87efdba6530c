"""The site's own logo, in place of Amends' icon: kept in the database, so that every backup carries it."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Protocol

from webapp.domain.events import Event, EventKind
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory

LOGO_SETTING = "logo"
# Apart from the logo's description: that is read for every page, the picture once per browser.
LOGO_PICTURE_SETTING = "logo_picture"
LOGO_KINDS = ("PNG", "JPEG", "WebP")
LOGO_MIME_TYPE = "image/webp"
MAX_LOGO_BYTES = 512 * 1024
MAX_LOGO_SIDE_PX = 4000
_VERSION_LENGTH = 12


class LogoGround(StrEnum):
    """On what a logo can be seen."""

    ANY = "any"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Logo:
    """A logo without its picture.

    Attributes:
        version: names the picture's content; another picture has another one.
        width_px: of the picture.
        height_px: of the picture.
        ground: what it needs behind it: the other one than its own colours where it is transparent.
    """

    version: str
    width_px: int
    height_px: int
    ground: LogoGround


@dataclass(frozen=True)
class DrawnLogo:
    """A logo as it was drawn again from what someone sent.

    Attributes:
        webp: the picture, without anything that came along with it.
        width_px: of the picture.
        height_px: of the picture.
        ground: what it needs behind it.
    """

    webp: bytes = field(repr=False)
    width_px: int
    height_px: int
    ground: LogoGround


class LogoStudio(Protocol):
    """Draws logos from pictures that someone sent."""

    def draw(self, encoded: bytes) -> DrawnLogo:
        """Draw a picture again, reduced to what pages need.

        Raises:
            InputInvalid: it is too large, or no picture that can be read.
            TooBusy: too many are being processed now.
            PictureFailed: the process ended without an answer, or took too long.
        """


@dataclass(frozen=True)
class LogoService:
    """The use cases around the logo."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def get(self) -> Logo | None:
        """Return what holds; None where Amends' own icon does."""
        with self.unit_of_work.reading() as work:
            return logo_of(work)

    def picture(self) -> bytes | None:
        """Return the logo's picture."""
        with self.unit_of_work.reading() as work:
            stored = work.settings.get(LOGO_PICTURE_SETTING)
        return base64.b64decode(stored) if stored else None

    def change(self, drawn: DrawnLogo, actor: str) -> None:
        """Let another logo hold from now on."""
        version = hashlib.sha256(drawn.webp).hexdigest()[:_VERSION_LENGTH]
        logo = Logo(version, drawn.width_px, drawn.height_px, drawn.ground)
        picture = base64.b64encode(drawn.webp).decode()
        self._put(json.dumps(asdict(logo)), picture, _size(logo), actor)

    def remove(self, actor: str) -> None:
        """Go back to Amends' own icon; nothing happens where that holds already."""
        if self.get() is not None:
            self._put("", "", "removed", actor)

    def _put(self, logo: str, picture: str, after: str, actor: str) -> None:
        with self.unit_of_work() as work:
            before = logo_of(work)
            work.settings.put(LOGO_SETTING, logo)
            work.settings.put(LOGO_PICTURE_SETTING, picture)
            payload = {"setting": "logo", "before": _size(before) if before else "", "after": after}
            work.events.append(Event(EventKind.SETTINGS_CHANGED, self.clock.now(), payload, actor))
            work.commit()


def _size(logo: Logo) -> str:
    return f"{logo.width_px} × {logo.height_px}"


def logo_of(work: ReadUnitOfWork) -> Logo | None:
    """Return the logo that holds, within a transaction."""
    stored = work.settings.get(LOGO_SETTING)
    if not stored:
        return None
    values = json.loads(stored)
    return Logo(**{**values, "ground": LogoGround(values["ground"])})
