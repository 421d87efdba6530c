"""The examples in the docstrings of vision's main classes run, and print what they say."""

import doctest

import pytest

from webapp.domain.vision import analysis_schedule, posters
from webapp.vision.faces import candidates, detector_chain, following, haar, tracker
from webapp.vision.pipeline import face_hiding as blurring
from webapp.vision.pipeline import frame_pipeline as pipeline
from webapp.vision.pipeline import rendering
from webapp.vision.sources import pacing
from webapp.vision.sources.streams import time_line


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (analysis_schedule, "AnalysisSchedule"),
        (blurring, "FaceHider"),
        (posters, "Posters"),
        (pacing, "RateLimit"),
        (time_line, "TimeLine"),
        (haar, "HaarFaceDetector"),
        (detector_chain, "ChainFaceDetector"),
        (candidates, "FaceCandidates"),
        (following, "FaceFollower"),
        (pipeline, "FramePipeline"),
        (rendering, "FrameRenderer"),
        (tracker, "FaceTracker"),
    ],
)
def test_the_example_of_a_class_runs(module, name: str) -> None:
    (example,) = doctest.DocTestFinder(recurse=False).find(getattr(module, name), name, module)
    assert example.examples
    assert doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(example).failed == 0
