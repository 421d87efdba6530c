"""How long a camera is waited for, and how much of this machine one may take."""

from dataclasses import dataclass

# What a source says of its codec where each answer of the camera holds one picture.
SINGLE_PICTURES = "single pictures"
SNAPSHOT_FPS = 2.0
# Seconds to wait for the next key picture of a stream that is joined between two: some cameras send one in half a
# minute.
KEY_PATIENCE_S = 30.0


@dataclass(frozen=True)
class SourceLimits:
    """How long a source waits, how large its pictures may be, and how much memory decoding them may take.

    Attributes:
        open_timeout_s: seconds to connect; more lets slow cameras in, and shows later that one is away.
        read_timeout_s: seconds to wait for the next picture.
        max_width_px: wider pictures, and those of more than twice this height, are reduced after decoding.
        max_megapixels: larger pictures, in millions of pixels, are not decoded at all.
        snapshot_fps: how often in a second a camera is asked that answers with single pictures.
        memory_mib: most memory of a process that decodes one camera, in MiB; more lets larger pictures in.
    """

    open_timeout_s: float = 5.0
    read_timeout_s: float = 5.0
    max_width_px: int = 1920
    max_megapixels: int = 40
    memory_mib: int = 1536
    snapshot_fps: float = SNAPSHOT_FPS

    @property
    def max_pixels(self) -> int:
        """Most pixels of a picture."""
        return self.max_megapixels * 10**6
