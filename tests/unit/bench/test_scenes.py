"""Made-up scenes: their truth is what is drawn, and they can be made again."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from webapp.cli.bench.scenes.drawing import Actor, Face, Street
from webapp.cli.bench.scenes.truth import read_truth
from webapp.cli.bench.scenes.walks import WIDTH_PX, SceneStyle, Walk, draw_walks
from webapp.cli.main import main
from webapp.errors import InputInvalid

WALK = Walk(
    lane_y=360, side_px=100, enters_at_s=1.0, speed_px_s=200, stop_x=640, stop_s=2.0, from_left=True
)  # fmt: skip
WHITE = Face("happy", np.full((60, 60, 3), 255, np.uint8))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["bench", "scene", *(str(argument) for argument in arguments)])


def test_a_face_is_where_the_truth_says():
    street = Street([Actor(WALK, WHITE, None, (0, 0, 0))], np.random.default_rng(1), cars=3)
    (seen,) = WALK.appearances(25.0, 250)
    for frame in (seen.first_frame, seen.first_frame + 80):
        left, top, right, bottom = (round(side) for side in seen.box_at(frame) or ())
        face = street.frame(frame / 25)[top + 4 : bottom - 4, left + 4 : right - 4]
        assert face.mean() > 245, frame


def test_a_face_is_seen_from_when_it_is_wholly_in_the_picture_until_it_leaves():
    (seen,) = WALK.appearances(25.0, 1000)
    assert all(left >= 0 and right <= WIDTH_PX for left, _, right, _ in seen.boxes_xyxy)
    assert seen.first_frame == 25
    assert len(seen.boxes_xyxy) == pytest.approx((WALK.leaves_at_s - 1) * 25, abs=2)
    assert WALK.stops_at_s < WALK.leaves_at_s - 2


def test_who_looks_away_appears_again():
    away = replace(WALK, away_s=((2.0, 2.4), (3.0, 4.0)))
    seen = away.appearances(25.0, 1000)
    assert [one.first_frame for one in seen] == [25, 60, 100]
    assert seen[0].box_at(49) is not None
    assert seen[0].box_at(50) is None


def test_who_comes_when_the_scene_is_over_does_not_appear():
    assert replace(WALK, enters_at_s=60.0).appearances(25.0, 1000) == ()


def test_nobody_is_there_for_the_share_that_was_asked_for():
    rng = np.random.default_rng(3)
    walks = draw_walks(SceneStyle(people=3, empty=0.6), 400, rng)
    busy = {second for second in range(400) for walk in walks if walk.enters_at_s <= second <= walk.leaves_at_s}
    assert len(busy) / 400 == pytest.approx(0.4, abs=0.12)
    assert draw_walks(SceneStyle(empty=1.0), 400, rng) == []


def test_nothing_moves_where_nobody_walks_or_drives():
    def most_changed(cars: int) -> float:
        street = Street([], np.random.default_rng(1), cars)
        before, after = (cv2.blur(street.frame(time_s).astype(np.float32), (15, 15)) for time_s in (0.0, 3.0))
        return float(np.abs(after - before).max())

    assert most_changed(0) < 3  # The sensor's noise.
    assert most_changed(3) > 20


def test_lanes_keep_faces_apart():
    walks = draw_walks(SceneStyle(people=5, face_px=(60, 400)), 60, np.random.default_rng(5))
    assert max(walk.side_px for walk in walks) < 720 / 5
    turning = draw_walks(SceneStyle(turns_angry=True), 60, np.random.default_rng(5))
    assert all(walk.stops_at_s < (walk.turns_angry_s or 0) < walk.stops_at_s + walk.stop_s - 5 for walk in turning)


def test_the_command_writes_a_video_and_its_truth_and_the_same_seed_the_same(tmp_path: Path):
    for name in ("one.mp4", "two.mp4"):
        done = run(tmp_path / name, "--seconds", "0.8", "--people", "2", "--size", "60-90", "--seed", "4")
        assert done.exit_code == 0, done.output
    assert "2 people" in done.output
    truth = read_truth(tmp_path / "one.mp4")
    assert (truth.frames, truth.fps, truth.seconds, truth.empty_share) == (20, 25.0, 0.8, 0.0)
    assert {person.emotion for person in truth.people} <= {"happy", "angry"}
    assert (tmp_path / "one.json").read_text() == (tmp_path / "two.json").read_text()
    capture = cv2.VideoCapture(str(tmp_path / "one.mp4"))
    frames = 0
    while capture.read()[0]:
        frames += 1
    assert (frames, capture.get(cv2.CAP_PROP_FRAME_WIDTH)) == (20, 1280)
    capture.release()


def test_the_command_says_what_it_cannot_use(tmp_path: Path):
    assert "such as 60-160" in run(tmp_path / "a.mp4", "--size", "9-1").output
    assert "ends with .mp4" in run(tmp_path / "a.txt").output
    assert "Cannot write" in run(tmp_path / "nowhere" / "a.mp4").output


def test_a_clip_without_a_truth_is_no_scene(tmp_path: Path):
    with pytest.raises(InputInvalid, match="expected a scene of"):
        read_truth(tmp_path / "clip.mp4")
    (tmp_path / "clip.json").write_text(json.dumps({"format": 1, "people": [{"person": 1}]}))
    with pytest.raises(InputInvalid, match="make the scene again"):
        read_truth(tmp_path / "clip.mp4")
