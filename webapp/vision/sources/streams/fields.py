"""Interlaced pictures, each made of two that were taken one after the other: what moves is a comb in them."""

from contextlib import suppress
from typing import cast

import av.error
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.video.frame import VideoFrame

# Weston's filter where something moves, and every line as it is where nothing does; one thread, as a decoder has.
_FILTER, _OPTIONS = "bwdif", "mode=send_frame:deint=all:threads=1"


class Deinterlacer:
    """Makes whole pictures of a stream's interlaced ones, of those alone that are asked for.

    A picture of 720 x 576 takes one millisecond of processor time, one of 1920 x 1080 six.
    """

    def __init__(self) -> None:
        """Prepare nothing: most streams are not interlaced."""
        self._graph: Graph | None = None
        self._made_for: tuple[int, int, str] | None = None

    def whole(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame without its comb; itself where its stream does not say that it is interlaced.

        Args:
            frame: as it was decoded, later than the one of before; not changed.

        Returns:
            It too where this filter does not know its pixels.
        """
        if not frame.interlaced_frame:
            return frame
        try:
            return self._filtered(self._graph_for(frame), frame)
        except (av.error.FFmpegError, ValueError):
            return frame

    def _filtered(self, graph: Graph, frame: VideoFrame) -> VideoFrame:
        # A picture comes out when the next one goes in, which has not come yet: it stands in for its follower. The one
        # of before is the last that was asked for.
        newest: VideoFrame | AudioFrame = frame
        for _ in range(2):
            graph.push(frame)
            with suppress(av.error.BlockingIOError):
                newest = graph.pull()
        return cast(VideoFrame, newest)

    def _graph_for(self, frame: VideoFrame) -> Graph:
        wanted = frame.width, frame.height, frame.format.name
        if self._graph is None or self._made_for != wanted:
            self._graph, self._made_for = _graph(frame), wanted
        return self._graph


def _graph(frame: VideoFrame) -> Graph:
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    woven, sink = graph.add(_FILTER, _OPTIONS), graph.add("buffersink")
    source.link_to(woven)
    woven.link_to(sink)
    graph.configure()
    return graph
