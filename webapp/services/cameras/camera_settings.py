"""What an admin enters of a camera: how it is reached, and how and when it is analysed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from webapp.domain.cameras.cameras import Camera, CameraAddress, parse_camera_address
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.schedule import OpeningHours
from webapp.errors import InputInvalid

MAX_NAME_LENGTH = 60
MAX_PLACE_LENGTH = 120
MIN_ANALYSIS_FPS, MAX_ANALYSIS_FPS = 0.5, 60.0


@dataclass(frozen=True)
class CameraForm:
    """A camera as an admin entered it.

    Attributes:
        password: None keeps the stored one, an empty text removes it.
        place: where it hangs; None keeps what is stored.
        groups: the groups that it is in; None keeps what is stored.
    """

    name: str
    url: str
    username: str = ""
    password: str | None = None
    enabled: bool = True
    place: str | None = None
    groups: Sequence[str] | None = None

    def address(self, kept: CameraAddress | None = None) -> CameraAddress:
        """Return where the camera is; `kept` is the address of before.

        Raises:
            InputInvalid: the address cannot be used.
        """
        return parse_camera_address(self.url, self.username, self.password or "", kept)


@dataclass(frozen=True)
class CameraSettings:
    """How and when a camera is analysed, as an admin set it; None leaves what is.

    Attributes:
        analysis_fps: most pictures a second that are analysed; 0 leaves it to the settings.
        detector: what finds its faces; an empty text leaves it to the settings.
    """

    image_settings: ImageSettings | None = None
    opening: OpeningHours | None = None
    analysis_fps: float | None = None
    detector: Detector | Literal[""] | None = None

    def __post_init__(self) -> None:
        """Check the rate.

        Raises:
            InputInvalid: it is out of range.
        """
        if self.analysis_fps and not MIN_ANALYSIS_FPS <= self.analysis_fps <= MAX_ANALYSIS_FPS:
            raise InputInvalid(
                "Expected an analysis rate of %(min_analysis_fps)s to %(max_analysis_fps)s fps, got %(analysis_fps)s.",
                min_analysis_fps=f"{MIN_ANALYSIS_FPS:g}",
                max_analysis_fps=f"{MAX_ANALYSIS_FPS:g}",
                analysis_fps=f"{self.analysis_fps:g}",
                field="analysis_fps",
            )

    def of(self, before: Camera) -> Camera:
        """Return the camera with it."""
        return replace(
            before,
            image_settings=self.image_settings or before.image_settings,
            opening=self.opening or before.opening,
            analysis_fps=before.analysis_fps if self.analysis_fps is None else self.analysis_fps or None,
            detector=before.detector if self.detector is None else self.detector or None,
        )

    def before(self, camera: Camera) -> "CameraSettings":
        """Return what a camera has now of what is set here."""
        return CameraSettings(
            camera.image_settings if self.image_settings is not None else None,
            camera.opening if self.opening is not None else None,
            (camera.analysis_fps or 0.0) if self.analysis_fps is not None else None,
            (camera.detector or "") if self.detector is not None else None,
        )

    def said(self) -> dict[str, Any]:
        """Return what the audit trail says of it."""
        said: dict[str, Any] = {}
        if self.image_settings is not None:
            said["zones"] = [f"{zone.name or 'unnamed'} ({zone.kind})" for zone in self.image_settings.zones]
            said |= {"turned": self.image_settings.turn_deg, "mirrored": self.image_settings.is_mirrored}
        if self.opening is not None:
            said["hours"] = "always" if self.opening.is_always else [span.words for span in self.opening.spans]
        if self.analysis_fps is not None:
            said["analysis_fps"] = self.analysis_fps
        if self.detector is not None:
            said["detector"] = self.detector or "as for all cameras"
        return said
