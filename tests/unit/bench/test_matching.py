"""What was found of a scene: who was missed, when, and how late alerts were."""

import numpy as np
import pytest
from click.testing import CliRunner

from webapp.cli.bench.people import Missed, Seen, exhaustively_seen, live_looks
from webapp.cli.bench.product import browser
from webapp.cli.bench.scenes.matching import Sighting, fit_loop, found_appearances, person_at
from webapp.cli.bench.scenes.truth import PersonTruth, SceneTruth
from webapp.cli.bench.scenes.walks import SceneStyle, draw_walks
from webapp.cli.bench.turning import Arrived, Delays, matched, turn_times
from webapp.cli.main import main
from webapp.errors import InputInvalid

FPS, FRAMES = 25.0, 500
LOOP_S = FRAMES / FPS + 0.01  # Going back to the begin takes a moment.


def scene(**style: object) -> SceneTruth:
    walks = draw_walks(SceneStyle(**style), FRAMES / FPS, np.random.default_rng(11))  # type: ignore[arg-type]
    people = [
        PersonTruth(n, "happy", walk.appearances(FPS, FRAMES), walk.turns_angry_s) for n, walk in enumerate(walks, 1)
    ]
    return SceneTruth(1280, 720, FPS, FRAMES, 11, tuple(person for person in people if person.appearances))


def sightings_of(truth: SceneTruth, *, from_s: float, seconds: float, fps: float = 9.0) -> list[Sighting]:
    """Return what a product that finds everybody, a little beside the truth, sees of a scene that is looped."""
    rng, seen = np.random.default_rng(5), []
    for at_s in np.arange(from_s, from_s + seconds, 1 / fps):
        frame = min(int((at_s % LOOP_S) * FPS), FRAMES - 1)
        boxes = [box for person in truth.people for one in person.appearances if (box := one.box_at(frame))]
        noisy = [tuple((np.array(box) + rng.normal(0, 3, 4)).tolist()) for box in boxes]
        seen.append(Sighting(float(at_s), tuple(noisy)))
    return seen


def test_an_appearance_is_found_if_a_box_lies_on_it_once():
    truth = scene(people=2, glancing=0.0)
    first, second = truth.appearances()[:2]
    number = first.first_frame + 40
    assert found_appearances(truth, {number: [first.boxes_xyxy[40]]}) == {0}
    assert found_appearances(truth, {number: [(0, 0, 10, 10)], second.first_frame: []}) == frozenset()
    assert person_at(truth, number, first.boxes_xyxy[40]) == 1
    assert person_at(truth, number, (0, 0, 10, 10)) is None


@pytest.mark.parametrize("from_s", [1000.0, 1013.7])
def test_where_faces_were_says_where_in_its_loop_a_camera_was(from_s: float):
    truth = scene()
    clock = fit_loop(truth, sightings_of(truth, from_s=from_s, seconds=90))
    assert clock is not None
    for at_s in np.arange(from_s, from_s + 90, 7.3):
        assert clock.frame_at(at_s)[1] == pytest.approx((at_s % LOOP_S) * FPS, abs=2)
    shown = clock.shown_between(4.0, from_s, from_s + 90)
    assert [at_s % LOOP_S for _, at_s in shown] == pytest.approx([4.0] * len(shown), abs=0.08)
    assert len(shown) in (4, 5)


def test_faces_that_are_nowhere_in_the_scene_place_nothing():
    truth = scene()
    elsewhere = [Sighting(1000.0 + n / 9, ((0.0, 0.0, 20.0, 20.0),)) for n in range(90)]
    assert fit_loop(truth, elsewhere) is None
    assert fit_loop(truth, []) is None
    assert live_looks(truth, elsewhere, []) == []


def test_whom_the_product_missed_is_counted_against_the_exhaustive_run():
    truth = scene(glancing=1.0)
    everybody = [Seen.LONG] * len(truth.appearances())
    seen = sightings_of(truth, from_s=1000.0, seconds=41)
    all_found = Missed.of(live_looks(truth, seen, everybody))
    assert all_found.appearances >= 1.5 * len(everybody)
    assert (all_found.found, all_found.missed) == (all_found.appearances, 0)

    blind = [Sighting(one.at_s, one.boxes_xyxy if one.at_s % LOOP_S > 5 else ()) for one in seen]
    missed = Missed.of(live_looks(truth, blind, everybody))
    assert missed.missed == missed.appearances - missed.found > 0
    assert missed.share == pytest.approx(missed.missed / missed.exhaustive, abs=1e-4)
    assert Missed.of(live_looks(truth, blind, [Seen.NEVER] * len(everybody))).exhaustive == 0


def test_a_face_that_the_exhaustive_run_read_in_few_frames_was_only_glimpsed():
    truth = scene()
    first, others = truth.appearances()[0], len(truth.appearances()) - 1
    read = {frame: [first.box_at(frame)] for frame in range(first.first_frame, first.first_frame + 13)}
    assert exhaustively_seen(truth, read) == [Seen.LONG, *[Seen.NEVER] * others]
    del read[first.first_frame], read[first.first_frame + 1]
    assert exhaustively_seen(truth, read)[0] is Seen.GLIMPSED


def test_faces_turn_angry_at_the_times_of_the_truth_in_every_loop():
    truth = scene(people=3, turns_angry=True)
    turns = sorted(person.turns_angry_s or 0 for person in truth.people)
    found = turn_times(truth, sightings_of(truth, from_s=1000.0, seconds=60), 1000.0, 1060.0)
    wanted = sorted(loop * LOOP_S + turn for loop in range(48, 54) for turn in turns)
    assert found == pytest.approx([at_s for at_s in wanted if 1000 <= at_s < 1060], abs=0.09)
    assert turn_times(truth, [], 1000.0, 1060.0) == []


def test_an_alert_belongs_to_the_face_that_turned_before_its_score_rose():
    early, own, late = Arrived(9, 5.0, 8), Arrived(13, 10.8, 12), Arrived(30, 27.0, 29)
    pairs = matched([10.0, 15.0, 22.0, 26.5], [late, own, early])
    assert pairs == [(10.0, own), (15.0, None), (22.0, None), (26.5, late)]
    delays = Delays.of([0.1, 0.3, 0.2])
    assert (delays.p50_ms, delays.p99_ms, delays.spread.least) == (200.0, 300.0, 100.0)


def test_scenes_in_which_nobody_turns_angry_are_refused(tmp_path):
    from webapp.cli.bench.turning import measure_turning

    scene(people=1).write(tmp_path / "calm.json")
    with pytest.raises(InputInvalid, match="--turn-angry"):
        measure_turning([tmp_path / "calm.mp4"], 1, 1.0)


def test_alerts_are_not_waited_for_without_a_client(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browser, "find_spec", lambda _name: None)
    done = CliRunner().invoke(main, ["bench", "alerts"])
    assert done.exit_code == 2
    assert "websocket-client" in done.output
