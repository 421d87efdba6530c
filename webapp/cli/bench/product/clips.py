"""The clips that cameras play, and what it costs to decode one."""

import time
from pathlib import Path

from webapp.cli.processes.parts.pipeline_parts import source_limits
from webapp.settings import load_settings

_DECODED_S = 4.0


def checked_clip(clip: Path) -> Path:
    """Return a clip's whole path, after it was opened once.

    Raises:
        CameraError: it is missing, or no video.
    """
    from webapp.vision.sources.file import open_recording

    open_recording(clip, source_limits(load_settings())).close()
    return clip.resolve()


def decoding_share(clip: Path) -> float:
    """Return the share of a core that it takes to decode a clip at its own frame rate, and nothing else.

    The compressed pictures become planes of brightness and colour on one thread; what is made of these is not decoding.
    """
    import av

    frames, began_s = 0, time.process_time()
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        fps = float(stream.average_rate or 25)
        for _ in container.decode(stream):
            frames += 1
            if frames >= _DECODED_S * fps:
                break
    return (time.process_time() - began_s) / max(frames, 1) * fps
