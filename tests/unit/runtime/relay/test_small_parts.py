"""The clock that relays share, their figures, and which cameras are a machine's own."""

import time
from pathlib import Path

import pytest

from webapp.runtime.relay.own_cameras import owned_here
from webapp.runtime.relay.relay_figures import PictureLatency, RelayFiles, write_relay_figures
from webapp.runtime.relay.shared_time import SharedTime
from webapp.runtime.slots.owned_cameras import OwnedCameras, read_owned_cameras, write_owned_cameras
from webapp.runtime.slots.relayed_cameras import mark_relayed
from webapp.services.dashboard.relay import LATENCY_BOUNDS_S, RelayFigures


def test_the_answer_that_took_the_shortest_time_is_trusted_most() -> None:
    now_s = [10.0]
    shared = SharedTime(lambda: now_s[0])
    assert not shared.is_known
    shared.note(1000.0, 9.0, 10.0)
    assert shared.now_s() == pytest.approx(1000.5)
    shared.note(1000.2, 10.0, 10.02)
    assert shared.now_s() == pytest.approx(1000.19)
    shared.note(1000.4, 10.0, 10.5)
    assert shared.now_s() == pytest.approx(1000.19)


def test_a_server_whose_clock_was_set_is_followed() -> None:
    now_s = [10.0]
    shared = SharedTime(lambda: now_s[0])
    shared.note(1000.0, 10.0, 10.0)
    shared.note(5000.0, 10.0, 10.2)
    assert shared.now_s() == pytest.approx(4999.9)


def test_what_was_known_for_a_minute_is_learnt_anew() -> None:
    shared = SharedTime(lambda: 80.0)
    shared.note(1000.0, 10.0, 10.0)
    shared.note(1070.01, 79.9, 80.1)
    assert shared.ahead_s == pytest.approx(990.01)


def test_the_figures_are_of_a_relay_that_lives(tmp_path: Path) -> None:
    now_s = [0.0]
    files = RelayFiles(tmp_path, lambda: now_s[0])
    assert files.figures().is_away, "none has written anything"
    latency = PictureLatency()
    for age_s in (0.01, 0.03, 99.0, -1.0):
        latency.note(age_s)
    figures = RelayFigures(sent_bytes=5, latency_counts=tuple(latency.counts), latency_sum_s=latency.sum_s)
    write_relay_figures(tmp_path, figures)
    now_s[0] = time.monotonic()
    assert files.figures() == figures
    assert latency.counts == [2, 1, *[0] * (len(LATENCY_BOUNDS_S) - 2), 1]
    now_s[0] += 6
    assert files.figures().is_away


def test_a_machines_own_cameras_are_those_that_vision_names_or_all_that_no_relay_brings(tmp_path: Path) -> None:
    for name in ("live-1", "live-2", "capture-2", "capture-3", "asked-4"):
        (tmp_path / name).touch()
    mark_relayed(tmp_path, 2)
    assert read_owned_cameras(tmp_path) is None
    assert owned_here(tmp_path) == {1: 0, 3: 0}
    write_owned_cameras(tmp_path, OwnedCameras("left", {5: 12}))
    assert owned_here(tmp_path) == {5: 12}
    (tmp_path / "owned.json").write_text("no JSON")
    assert owned_here(tmp_path) == {1: 0, 3: 0}
