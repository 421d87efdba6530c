"""Grad-CAM without TensorFlow agrees with Grad-CAM by TensorFlow's own gradients."""

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner

from model.architectures import build
from model.artefacts import DENSENET121_DIR, EXPLANATION_FILE, ArtefactManifest, file_sha256, write_explanation
from model.errors import ArtefactMismatch, ExperimentInvalid
from model.explanation.explanation_model import ExplanationModel, load_explanation
from model.explanation.export import smooth_noise
from model.explanation.graph import explanation_graph, grad_cam_layer, stages_of
from model.inference import EmotionModel
from model.labels import EMOTIONS
from model.preprocessing import preprocess_faces

FLAT = 1e-3


@pytest.fixture
def artefact_dir(tmp_path: Path) -> Path:
    """Return a copy of the delivered artefact."""
    return Path(shutil.copytree(DENSENET121_DIR, tmp_path / "artefact"))


def faces(size_px: int, count: int = 4) -> npt.NDArray[np.uint8]:
    """Return faces of noise with light and dark places, uint8, (N, S, S)."""
    noise = smooth_noise(dataclasses.replace(ArtefactManifest.read(DENSENET121_DIR), size_px=size_px), count)
    return ((noise[..., 0] + 1) * 127.5).astype(np.uint8)


def small_model(late: str) -> keras.Model:
    """Return a network whose gradient passes through one kind of layer behind the Grad-CAM layer."""
    layers = keras.layers
    inputs = keras.Input((24, 24, 1))
    # The bias makes most pixels zero, as ReLU does in a trained network: pooling then meets equal ones.
    dark = keras.initializers.Constant(-0.15)
    maps = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu", bias_initializer=dark)(inputs)
    behind = {
        "average": [layers.AveragePooling2D(3), layers.Conv2D(8, 3, padding="same", activation="relu")],
        "largest": [layers.MaxPooling2D(5), layers.Conv2D(8, 3, padding="same", activation="relu")],
        "depthwise": [
            layers.DepthwiseConv2D(3, strides=2, padding="same"),
            layers.ReLU(6.0),
            layers.DepthwiseConv2D(3, padding="same"),
            layers.ZeroPadding2D(((0, 1), (0, 1))),
            layers.DepthwiseConv2D(3, strides=2, padding="valid"),
        ],
    }[late]
    for layer in behind:
        maps = layer(maps)
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(maps)), name=late)


def shortened(model: keras.Model, end: str) -> keras.Model:
    """Return a network up to one of its layers, with a head: forty layers more of the same kind show nothing more."""
    layers = keras.layers
    features = layers.GlobalAveragePooling2D()(layers.BatchNormalization()(model.get_layer(end).output))
    return keras.Model(model.inputs, layers.Dense(model.output_shape[-1])(features), name=model.name)


def log_gamma(values: Any) -> Any:
    """Apply a function that LiteRT does not have."""
    import tensorflow as tf

    return tf.math.lgamma(values)


def grad_cam_by_tape(model: keras.Model) -> Any:
    """Return a function from inputs (1, S, S, 1) to Grad-CAM of every emotion as the paper defines it, (E, h, w)."""
    import tensorflow as tf

    inner = keras.Model(model.inputs, [model.get_layer(grad_cam_layer(stages_of(model))).output, model.output])

    @tf.function(autograph=False)
    def heats(inputs: Any) -> Any:
        emotions = model.output_shape[-1]
        with tf.GradientTape() as tape:
            copies = tf.repeat(inputs, emotions, axis=0)
            tape.watch(copies)
            maps, logits = inner(copies, training=False)
            # Copy i counts by emotion i alone, so that each gradient is that of one logit.
            total = tf.reduce_sum(tf.linalg.diag_part(logits))
        weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
        return tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))

    return heats


def agreements(model: keras.Model, size_px: int) -> list[float]:
    """Return the correlation of both ways for every face and emotion whose map is not flat."""
    manifest = dataclasses.replace(ArtefactManifest.read(DENSENET121_DIR), size_px=size_px)
    explaining = ExplanationModel(manifest, explanation_graph(model), threads=2)
    expected_heats, correlations = grad_cam_by_tape(model), []
    for face_gray in faces(size_px):
        expected = expected_heats(preprocess_faces(face_gray[np.newaxis], size_px=size_px)).numpy()
        for wanted, came in zip(expected, explaining.explain(face_gray).heat, strict=True):
            if wanted.std() > FLAT * wanted.max():
                correlations.append(float(np.corrcoef(wanted.ravel(), came.ravel())[0, 1]))
    return correlations


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layer", "end"),
    [("compact_resnet", "re_lu_6", ""), ("densenet121", "pool3_conv", "conv4_block3_concat")],
)
def test_grad_cam_agrees_with_tensorflows_gradients(name: str, layer: str, end: str) -> None:
    keras.utils.set_random_seed(3)
    keras.backend.clear_session()
    model = build(name, 48)
    assert len(stages_of(model)) >= 5
    explained = shortened(model, end) if end else model
    for network in (model, explained):
        assert grad_cam_layer(stages_of(network)).removesuffix("_1") == layer
    found = agreements(explained, 48)
    assert len(found) > 10
    assert min(found) > 0.99


@pytest.mark.parametrize("late", ["average", "largest", "depthwise"])
def test_grad_cam_passes_the_layers_of_other_networks(late: str) -> None:
    keras.utils.set_random_seed(5)
    found = agreements(small_model(late), 24)
    assert len(found) > 4
    assert min(found) > 0.99


def test_a_network_that_cannot_be_explained_is_named() -> None:
    layers = keras.layers
    inputs = keras.Input((24, 24, 1))
    maps = layers.Conv2D(4, 3, padding="same")(inputs)
    overlapping = layers.Flatten()(layers.MaxPooling2D(5, strides=4)(maps))
    with pytest.raises(ExperimentInvalid, match="do not overlap"):
        explanation_graph(keras.Model(inputs, layers.Dense(3)(overlapping)))
    solved = layers.Conv2D(2, 24)(layers.Conv2D(4, 3, padding="same")(inputs))
    with pytest.raises(ExperimentInvalid, match="LiteRT can compute"):
        explanation_graph(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(layers.Lambda(log_gamma)(solved)))))
    with pytest.raises(ExperimentInvalid, match="without any"):
        explanation_graph(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(inputs))))


def test_the_delivered_explanation_is_of_the_delivered_network() -> None:
    explaining, model = load_explanation(DENSENET121_DIR), EmotionModel.load(DENSENET121_DIR)
    assert explaining is not None
    size_px = model.manifest.size_px
    some_faces = faces(size_px, 24)
    explained = np.stack([explaining.explain(face).logits for face in some_faces])
    served = model.run_once(preprocess_faces(some_faces, size_px=size_px))
    for emotion in range(len(EMOTIONS)):
        assert np.corrcoef(explained[:, emotion], served[:, emotion])[0, 1] > 0.98


def test_the_delivered_explanation_shows_every_stage_of_the_manifest() -> None:
    explaining = load_explanation(DENSENET121_DIR)
    assert explaining is not None
    size_px, stages = explaining.manifest.size_px, explaining.manifest.explanation["stages"]
    explained = explaining.explain(faces(size_px, 1)[0])
    assert [list(maps.shape) for maps in explained.stage_maps] == [stage["shape"] for stage in stages]
    assert explained.heat.shape == (7, size_px // 8, size_px // 8)
    assert explained.heat.min() >= 0
    assert len(explaining.manifest.curves) == explaining.manifest.epochs["trained"]


def test_another_explanation_is_refused_by_name(artefact_dir: Path) -> None:
    (artefact_dir / EXPLANATION_FILE).write_bytes(b"something else")
    with pytest.raises(ArtefactMismatch, match=r"SHA-256 of .*explanation\.tflite"):
        load_explanation(artefact_dir)
    (artefact_dir / EXPLANATION_FILE).unlink()
    with pytest.raises(ArtefactMismatch, match="no such file"):
        load_explanation(artefact_dir)


def test_an_artefact_without_an_explanation_still_serves(artefact_dir: Path) -> None:
    manifest = dataclasses.replace(ArtefactManifest.read(artefact_dir), explanation={})
    (artefact_dir / "manifest.json").write_text(manifest.to_json())
    (artefact_dir / EXPLANATION_FILE).unlink()
    assert load_explanation(artefact_dir) is None
    assert EmotionModel.load(artefact_dir).predict(faces(48, 1)).shape == (1, 7)


def test_an_explanation_is_added_without_touching_the_model(artefact_dir: Path) -> None:
    before = file_sha256(artefact_dir / "model.tflite")
    told = dataclasses.replace(
        ArtefactManifest.read(artefact_dir), explanation={"layer": "here"}, curves=({"epoch": 1, "loss": 0.5},)
    )
    write_explanation(artefact_dir, b"graph", told)
    manifest = ArtefactManifest.read(artefact_dir)
    assert manifest.explanation["sha256"] == file_sha256(artefact_dir / EXPLANATION_FILE)
    assert manifest.curves == ({"epoch": 1, "loss": 0.5},)
    assert file_sha256(artefact_dir / "model.tflite") == before == manifest.sha256


def test_export_says_what_is_missing() -> None:
    from model.cli.export import export

    outcome = CliRunner().invoke(export, [".", "--out", "nowhere"])
    assert outcome.exit_code == 2
    assert "--data" in outcome.output
