"""An HTTP server whose playlist is cut while it plays, in parts of one second."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
from av.packet import Packet

_LISTED = 5
_PLAYLIST = "application/vnd.apple.mpegurl"


def cut_into_seconds(video: Path, folder: Path) -> list[bytes]:
    """Return a video with a key picture each second as parts in MPEG-TS."""
    with av.open(str(video)) as source, av.open(str(folder / "cut.m3u8"), "w", options={"hls_time": "1"}) as cut:
        stream = source.streams.video[0]
        target: Any = cut.add_stream_from_template(stream)
        packets: list[Packet[Any]] = [packet for packet in source.demux(stream) if packet.size]
        for packet in packets:
            packet.stream = target
            cut.mux(packet)
    paths = sorted(folder.glob("cut*.ts"), key=lambda path: int(path.stem.removeprefix("cut")))
    return [path.read_bytes() for path in paths]


@contextmanager
def live_playlist(
    parts: list[bytes], *, vanished: frozenset[int] = frozenset(), ends_after: int = 10**9
) -> Iterator[str]:
    """Serve parts, one a second and again from the first, and yield the address of the root.

    `/live` and `/low/live.m3u8` are the playlist; `/master.m3u8` names the latter.

    Args:
        parts: each lasts a second.
        vanished: numbers of parts that are listed and cannot be had.
        ends_after: no more than so many come; the playlist does not say so.
    """
    began_s = time.monotonic()

    class Live(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if name == "master.m3u8":
                self._say(_PLAYLIST, b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlow/live.m3u8\n")
            elif name.endswith(".ts"):
                number = int(name.removesuffix(".ts"))
                self._say("video/mp2t", b"" if number in vanished else parts[number % len(parts)])
            else:
                self._say(_PLAYLIST, _listed(int(time.monotonic() - began_s), len(parts), ends_after))

        def _say(self, content_type: str, body: bytes) -> None:
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Live)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _listed(age_s: int, count: int, ends_after: int) -> bytes:
    """Return the newest parts of a playlist that began with as many before it."""
    first = min(age_s, ends_after - _LISTED)
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    for number in range(first, first + _LISTED):
        lines += ["#EXT-X-DISCONTINUITY"] * (number % count == 0 and number > 0)
        lines += ["#EXTINF:1.0,", f"{number}.ts"]
    return "\n".join((*lines, "")).encode()
