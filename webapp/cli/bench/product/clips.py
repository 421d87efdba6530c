"""The clips that cameras play, and what it costs to decode one."""

import time
from pathlib import Path

from webapp.cli.processes.parts.pipeline_parts import source_limits
from webapp.settings import load_settings

_DECODED_S = 8.0


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
    Each is waited for, as a camera's is: without a pause between them they take half as long, as all that is needed
    stays in the caches.
    """
    import av

    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        fps = float(stream.average_rate or 25)
        spent_s, began_s, frames = time.process_time(), time.monotonic(), 0
        for _ in container.decode(stream):
            frames += 1
            if frames >= _DECODED_S * fps:
                break
            time.sleep(max(0.0, began_s + frames / fps - time.monotonic()))
        return (time.process_time() - spent_s) / max(frames, 1) * fps
