"""What a stranger put on the server is refused, and hides nobody."""

import json

import pytest

from tests.fakes.relay import Machine, turned
from tests.unit.runtime.relay.relayed import JPEG, see, shown
from webapp.runtime.relay.messages import CameraHead, Head, RelayedValue, ValueKind, Version, encoded_head
from webapp.runtime.slots.asked_pictures import PictureAsking
from webapp.services.dashboard.live_frames import PictureUse

LIVE = json.dumps(
    {"captured_at": "2026-01-01T12:00:00Z", "faces": [], "gauges": {}, "counters": {}, "image_settings": ""}
).encode()
# At the time of its version, but nobody knows where on the earth.
NAIVE = b"1970-01-01T00:16:40"
STRANGE_HEADS = [
    b"",
    b"no head",
    b"[]",
    b'{"cameras": {"-1": {}}}',
    b'{"cameras": {"7": {"epoch": 1e400}}}',
    b'{"cameras": {"7": {"values": {"secrets": [1, 2]}}}}',
    b'{"asked": {"7": {"stream": "now"}}}',
    b"[" * 100_000,
    b'{"cameras": {}}' + b" " * 600_000,
]


@pytest.mark.security
@pytest.mark.parametrize("strange", STRANGE_HEADS, ids=range(len(STRANGE_HEADS)))
def test_a_strangers_head_is_refused_and_hides_nobody(worker: Machine, front: Machine, strange: bytes) -> None:
    see(worker)
    for _ in range(10):
        worker.server.put("head/stranger", strange)
        turned(worker, front, seconds=0.1)
    assert shown(front) is not None
    assert front.relay.heads.keys() == {"worker"}


def strange_values() -> list[tuple[ValueKind, bytes]]:
    version, noon = Version(5, 1000.0), b'{"captured_at": "2026-01-01T12:00:00+00:00"}'
    return [
        (ValueKind.LARGE, b"short"),
        (ValueKind.LARGE, RelayedValue(version, noon, b"<html>", 1).encoded()),
        (ValueKind.LARGE, RelayedValue(version, b'{"captured_at": "1970-01-01T00:16:40"}', JPEG, 1).encoded()),
        (ValueKind.LARGE, RelayedValue(Version(5, float("nan")), noon, JPEG, 1).encoded()),
        (ValueKind.LARGE, RelayedValue(version, noon, JPEG + b"0" * 9_000_000, 1).encoded()),
        (ValueKind.LIVE, RelayedValue(version, b"{}", b"", 1).encoded()),
        (ValueKind.LIVE, RelayedValue(version, LIVE, b"", epoch=0).encoded()),
        (ValueKind.LIVE, RelayedValue(version, LIVE.replace(b"2026-01-01T12:00:00Z", NAIVE), b"", 1).encoded()),
        (ValueKind.LIVE, RelayedValue(version, b"[" * 50_000, b"", 1).encoded()),
        (ValueKind.CAPTURE, RelayedValue(version, b'{"tries": "many"}', b"", 1).encoded()),
    ]


@pytest.mark.security
@pytest.mark.parametrize(("kind", "strange"), strange_values(), ids=range(len(strange_values())))
def test_a_strangers_value_is_refused_and_hides_nobody(
    worker: Machine, front: Machine, kind: ValueKind, strange: bytes
) -> None:
    see(worker)
    head = Head({9: CameraHead(1, {kind: Version(5, 1000.0)})})
    PictureAsking(front.slots_dir, front.way.monotonic_s).ask(9, PictureUse.STREAM)
    for _ in range(10):
        worker.server.put("head/stranger", encoded_head(head))
        worker.server.put(f"stranger/{kind}:9", strange)
        turned(worker, front, seconds=0.1)
    assert shown(front) is not None
    assert ("stranger", f"{kind}:9") in front.way.fetched
    assert not [path.name for path in front.slots_dir.glob("*-9") if path.name != "asked-9"]
