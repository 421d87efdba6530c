"""The examples in the docstrings of vision's main classes run, and print what they say."""

import doctest

import pytest

from webapp.vision import blurring, detector, pipeline, rendering, tracker


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (blurring, "FaceHider"),
        (detector, "HaarFaceDetector"),
        (pipeline, "FramePipeline"),
        (rendering, "FrameRenderer"),
        (tracker, "FaceTracker"),
    ],
)
def test_the_example_of_a_class_runs(module, name: str) -> None:
    (example,) = doctest.DocTestFinder(recurse=False).find(getattr(module, name), name, module)
    assert example.examples
    assert doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(example).failed == 0
