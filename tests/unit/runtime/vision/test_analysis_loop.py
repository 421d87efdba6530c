import numpy as np
import structlog.testing

from tests.support.clocks import START
from webapp.domain.vision.frames import Frame
from webapp.runtime.vision.analysis_loop import analyse_all


class PipelineThatTripsOver:
    """Fails on every batch that holds one camera's frame."""

    def __init__(self, camera_id: int) -> None:
        self._camera_id = camera_id

    def analyse(self, frames, watches, scans, searched=None):
        if any(frame.camera_id == self._camera_id for frame in frames):
            raise RuntimeError("a picture that cannot be read")
        return [f"analysed {frame.camera_id}" for frame in frames]


def frame(camera_id: int) -> Frame:
    return Frame(camera_id, 1, START, np.zeros((4, 4, 3), np.uint8))


def test_one_camera_whose_pictures_cannot_be_analysed_does_not_stop_the_others():
    with structlog.testing.capture_logs() as logged:
        analysed = analyse_all(PipelineThatTripsOver(2), [frame(1), frame(2), frame(3)], {}, {})
    assert analysed == ["analysed 1", "analysed 3"]
    assert [line["camera_id"] for line in logged] == [2]


def test_frames_that_can_be_analysed_go_in_one_batch():
    assert analyse_all(PipelineThatTripsOver(9), [frame(1), frame(2)], {}, {}) == ["analysed 1", "analysed 2"]
