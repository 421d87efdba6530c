"""From a Keras model to ``explanation.tflite``: face in; logits, Grad-CAM for every emotion and feature maps out.

Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
arXiv 1610.02391. The gradient is part of the graph, built of LiteRT's own operations: a serving machine needs no
TensorFlow.
"""

import tempfile
from dataclasses import dataclass
from itertools import dropwhile, groupby
from typing import Any

import keras

from model.errors import ExperimentInvalid

MIN_MAP_SIDE = 6
_NOT_A_STAGE = (keras.layers.InputLayer, keras.layers.ZeroPadding2D, keras.layers.Cropping2D)


@dataclass(frozen=True)
class Stage:
    """A run of layers between two changes of the map's size.

    Attributes:
        layer: The last one's name; its output is what is shown of the stage.
        kind: Its first layer's class, for example ``Conv2D``; that one changed the size.
        shape: Height, width and channels of the last one's output.
        parameters: Number of the weights in the stage.
    """

    layer: str
    kind: str
    shape: tuple[int, int, int]
    parameters: int


def stages_of(model: keras.Model) -> list[Stage]:
    """Return the stages that a face goes through.

    Args:
        model: A functional model with square maps.

    Raises:
        ExperimentInvalid: If no layer has maps.
    """
    # What only turns a grey face into a coloured one is no stage yet.
    layers = list(dropwhile(lambda layer: not layer.count_params(), filter(_has_maps, model.layers)))
    if not layers:
        raise ExperimentInvalid(f"explanation: expected a model with convolutions, came {model.name!r} without any")
    runs = (list(run) for _, run in groupby(layers, key=lambda layer: layer.output.shape[1:3]))
    return [
        Stage(
            layer=run[-1].name,
            kind=type(run[0]).__name__,
            shape=tuple(run[-1].output.shape[1:]),
            parameters=sum(layer.count_params() for layer in run),
        )
        for run in runs
    ]


def grad_cam_layer(stages: list[Stage]) -> str:
    """Return the deepest layer whose map is at least 6 × 6: deeper ones say more, coarser ones show nothing."""
    fine = [stage.layer for stage in stages if min(stage.shape[:2]) >= MIN_MAP_SIDE]
    return fine[-1] if fine else stages[0].layer


def explanation_graph(model: keras.Model) -> bytes:
    """Return a LiteRT model with float16 weights that explains one face.

    Its outputs are ``logits`` (1, E), ``heat`` (E, h, w), which is Grad-CAM for each of the E emotions, and
    ``stage_00`` … (1, H, W, C), the feature maps at the end of each stage.

    Args:
        model: A functional model from float32 (N, S, S, C) to logits, float32 (N, E).

    Raises:
        ExperimentInvalid: If the model's gradient cannot be built of LiteRT's operations.
    """
    import tensorflow as tf
    from tensorflow.lite.python.convert_phase import ConverterError

    module = tf.Module()
    # Keras' own tracking is no help here: without this the weights would be missing from the converted graph.
    module.weights = [variable.value for variable in model.variables]
    module.explain = _explaining_function(model)
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures={"explain": module.explain}, options=options)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=["explain"])
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        try:
            return bytes(converter.convert())
        except ConverterError as error:
            reason = str(error).partition("\n")[0]
            raise ExperimentInvalid(
                "explanation: expected a model whose gradient LiteRT can compute, came one of which it says: "
                f"{reason[:300]}; the artefact serves without an explanation"
            ) from error


def _explaining_function(model: keras.Model) -> Any:
    """Return a ``tf.function`` of one face; the face goes in once for each emotion, so that one gradient serves all."""
    import tensorflow as tf

    from model.explanation.gradients import CONVERTIBLE

    stages = stages_of(model)
    outputs = [model.get_layer(name).output for name in (grad_cam_layer(stages), *(stage.layer for stage in stages))]
    inner = keras.Model(model.inputs, [model.output, *outputs])
    emotions = model.output_shape[-1]

    # Autograph rewrites nothing here, and would call the gradients without their operation while saving.
    @tf.function(input_signature=[tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="face")], autograph=False)
    def explain(face: Any) -> dict[str, Any]:
        with tf.compat.v1.get_default_graph().gradient_override_map(CONVERTIBLE):
            logits, maps, *stage_maps = inner(tf.tile(face, [emotions, 1, 1, 1]), training=False)
        # In each copy only the copy's own emotion counts.
        (gradient,) = tf.gradients(tf.reduce_sum(logits * tf.eye(emotions)), maps)
        weights = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
        heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
        shown = {f"stage_{number:02d}": stage[:1] for number, stage in enumerate(stage_maps)}
        return {"logits": logits[:1], "heat": heat, **shown}

    return explain


def _has_maps(layer: Any) -> bool:
    return not isinstance(layer, _NOT_A_STAGE) and len(getattr(layer.output, "shape", ())) == 4
