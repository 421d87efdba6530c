"""`clip-job`: the clip of one alert."""

import os
import sys

import click

# It comes after all else.
_NICENESS = 19


@click.command("clip-job", hidden=True)
def clip_job() -> None:
    """Make the clip whose frames come through a pipe; vision calls this."""
    os.nice(_NICENESS)

    import cv2

    from webapp.cli.processes.parts.face_detectors import FaceDetectors
    from webapp.runtime.jobs.clip_process import answer_clip
    from webapp.settings import load_settings
    from webapp.vision.pipeline.clip_maker import ClipMaker
    from webapp.vision.pipeline.face_hiding import FaceHider

    cv2.setNumThreads(1)
    answer_clip(sys.stdin, sys.stdout, ClipMaker(FaceHider(FaceDetectors(load_settings()).proposer())))
