"""`run.py capture`: one camera's decoder. Each camera has one, so it loads PyAV, NumPy, and little else."""

import os
import signal
import sys

from webapp.cli.processes.decoding_limits import confine_decoding
from webapp.runtime.capture.capture_job import CaptureJob

# After the analysis: a picture that comes a little later costs nothing, a face that is read later an alert.
_NICENESS = 5


def capture() -> int:
    """Decode one camera; vision starts this and sends the job through a pipe. Returns the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches vision as well, which ends this process.
    os.nice(_NICENESS)
    job = CaptureJob.from_line(sys.stdin.readline())
    confine_decoding(job.limits, job.slot_path.parent)
    from webapp.runtime.capture.capture_process import run_capture

    return run_capture(job)
