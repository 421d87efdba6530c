"""A stand-in for the way that kiosks' pictures go."""


class FakeKioskFrames:
    """`KioskFrames` that a test looks into."""

    def __init__(self) -> None:
        self.newest: dict[int, bytes] = {}
        self.count = 0
        self.failure: OSError | None = None

    def put(self, camera_id: int, jpeg: bytes) -> None:
        """Keep it."""
        if self.failure:
            raise self.failure
        self.newest[camera_id] = jpeg
        self.count += 1

    def end(self, camera_id: int) -> None:
        """Forget it."""
        self.newest.pop(camera_id, None)
