import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.artefacts import (
    DEFAULT_ARTEFACT_DIR,
    DENSENET121_DIR,
    MANIFEST_FILE,
    MODEL_FILE,
    WEIGHTS_DIR,
    ArtefactManifest,
)
from model.errors import ArtefactMismatch
from model.inference import EmotionModel
from model.labels import EMOTIONS
from model.preprocessing import crop_faces
from tests.unit.model.data.synthetic_fer2013 import face

REPOSITORY = Path(__file__).resolve().parents[4]
SHARED = REPOSITORY.parent / "shared"
FACES = np.stack([face(index % 7, seed=index) for index in range(37)])


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    return EmotionModel.load(DENSENET121_DIR)


@pytest.fixture
def artefact_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DENSENET121_DIR, tmp_path / "copy"))


def change_manifest(artefact_dir: Path, **changes: Any) -> None:
    path = artefact_dir / MANIFEST_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_scores_are_one_distribution_per_face(model: EmotionModel) -> None:
    scores = model.predict(FACES)

    assert scores.shape == (37, len(EMOTIONS))
    assert scores.dtype == np.float32
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert scores.min() >= 0


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 8, 16, 17, 37])
def test_a_face_scores_the_same_in_a_batch_of_any_size(model: EmotionModel, count: int) -> None:
    alone = np.concatenate([model.predict(one[np.newaxis]) for one in FACES[:count]])

    assert np.allclose(model.predict(FACES[:count]), alone, atol=1e-4)


def test_a_crowd_takes_no_more_memory_than_four_faces(model: EmotionModel) -> None:
    model.predict(FACES)

    assert max(model._runner._interpreters) == 4


def test_where_mirror_images_are_averaged_a_face_and_its_own_score_alike() -> None:
    model = EmotionModel.load(WEIGHTS_DIR / "compact_resnet")

    assert model.manifest.flip_averaging
    assert np.allclose(model.predict(FACES), model.predict(FACES[:, :, ::-1]), atol=1e-4)


def test_no_faces_give_no_scores(model: EmotionModel) -> None:
    assert model.predict(np.empty((0, 48, 48), np.uint8)).shape == (0, 7)


def test_the_manifest_tells_what_the_product_needs(model: EmotionModel) -> None:
    manifest = model.manifest

    assert manifest.trained
    assert 0 < manifest.thresholds["angry"]["exit"] < manifest.thresholds["angry"]["enter"] < 1
    public_test = manifest.metrics["PublicTest"]
    assert public_test["faces"] == 3589
    assert public_test["anger_at_threshold"]["recall"] >= 0.80
    assert public_test["anger_at_threshold"]["threshold"] == manifest.thresholds["angry"]["enter"]


@pytest.mark.parametrize("name", ["densenet121", "efficientnet_lite0"])
def test_the_weights_to_go_on_from_are_those_that_are_delivered(name: str) -> None:
    manifest = ArtefactManifest.read(WEIGHTS_DIR / name)
    record = json.loads((WEIGHTS_DIR / name / "start" / "record.json").read_text())
    made_from = {"init_sha256": record["init"], "teacher_sha256": record["teacher"]}

    assert manifest.config == record["config"] | made_from
    assert len(manifest.config["teacher_sha256"].split()) == len(manifest.config["teacher"])


def test_the_members_are_averaged_as_they_are_delivered_alone() -> None:
    manifest = ArtefactManifest.read(DEFAULT_ARTEFACT_DIR)
    alone = {name: ArtefactManifest.read(WEIGHTS_DIR / name) for name in manifest.members}

    assert dict(manifest.members) == {name: member.sha256 for name, member in alone.items()}
    assert manifest.config["averaged"] == {name: member.config for name, member in alone.items()}
    assert all(one.alert_policy["enter"] > one.alert_policy["exit"] for one in (manifest, *alone.values()))


@pytest.mark.parametrize("page", ["README.md", "model/README.md"])
def test_the_first_promise_is_what_was_measured_with_these_files(page: str) -> None:
    measured = ArtefactManifest.read(DEFAULT_ARTEFACT_DIR).alert_policy["measured"]
    said = re.search(
        r"would call angry, (\d+) raise an alert\b.*of 1,000 others, (\d+) do", (REPOSITORY / page).read_text()
    )

    assert said is not None
    assert int(said[1]) == round(100 * measured["angry"]["share"])
    assert int(said[2]) == round(1000 * measured["others"]["share"])


def test_a_changed_model_file_is_refused(artefact_copy: Path) -> None:
    with (artefact_copy / MODEL_FILE).open("ab") as file:
        file.write(b"x")

    with pytest.raises(ArtefactMismatch, match="SHA-256"):
        EmotionModel.load(artefact_copy)


def test_a_manifest_of_another_input_size_is_refused(artefact_copy: Path) -> None:
    change_manifest(artefact_copy, size_px=96)

    with pytest.raises(ArtefactMismatch, match=r"input size .*expected \(96, 96, 1\).*came \(64, 64, 1\)"):
        EmotionModel.load(artefact_copy)


def test_other_preprocessing_is_refused(artefact_copy: Path) -> None:
    change_manifest(artefact_copy, preprocessing_version="older-0")

    with pytest.raises(ArtefactMismatch, match="preprocessing version"):
        EmotionModel.load(artefact_copy)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared beside the checkout")
def test_it_finds_the_angry_episode_and_no_other(model: EmotionModel) -> None:
    """Two seconds around 7 s are angry, those around 2 s and 12 s are not."""
    import cv2

    cascade = cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_default.xml")
    clip = cv2.VideoCapture(str(SHARED / "media" / "episode-angry.mp4"))
    means = {}
    for second in (2, 7, 12):
        clip.set(cv2.CAP_PROP_POS_MSEC, (second - 1) * 1000)
        pictures = [cv2.cvtColor(clip.read()[1], cv2.COLOR_BGR2GRAY) for _ in range(30)][::5]
        crops = []
        for picture in pictures:
            for x, y, w, h in cascade.detectMultiScale(cv2.resize(picture, None, fx=0.5, fy=0.5), 1.2, 6):
                box = np.array([[x, y, x + w, y + h]], np.float32) * 2
                crops.append(crop_faces(picture, box, margin=model.manifest.margin, size_px=48)[0])
        means[second] = float(model.predict(np.stack(crops))[:, EMOTIONS.index("angry")].mean())

    enter = model.manifest.thresholds["angry"]["enter"]
    assert means[7] > enter
    assert means[2] < enter
    assert means[12] < enter
