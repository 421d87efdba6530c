"""Pictures become a silent video that browsers play: VP9 in WebM, by libvpx (BSD), which PyAV brings.

Why this and not H.264 or animated WebP: docs/adr/0022-clips-as-webm.md.
"""

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from webapp.domain.vision.frames import ImageBGR

_MS = Fraction(1, 1000)
# Constant quality: about 60 kB for ten seconds of five frames, 640 pixels wide, in a third of a second.
_OPTIONS = {"deadline": "realtime", "cpu-used": "8", "crf": "34", "row-mt": "0"}


def encode_webm(pictures: Iterable[ImageBGR], seconds: Sequence[float]) -> bytes:
    """Return pictures as a WebM file that can be searched in.

    Args:
        pictures: uint8, (height, width, 3), BGR, all of one size, their sides even; at least one.
        seconds: when each is shown, from 0 on; rising.
    """
    import av  # 20 MB, which only a process that has made a clip takes.

    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream: Any = container.add_stream("libvpx-vp9", options=_OPTIONS)
        stream.pix_fmt, stream.bit_rate = "yuv420p", 0
        stream.codec_context.time_base = _MS
        stream.codec_context.thread_count = 1
        for picture, second in zip(pictures, seconds, strict=True):
            if not stream.codec_context.is_open:
                stream.height, stream.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(second * 1000), _MS
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()
