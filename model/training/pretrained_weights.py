"""The weights that a training starts from: random ones, ImageNet's, or those of a file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py
import keras

from model.architectures import build_model
from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig
from model.experiments.records import RECORD_FILE, read_record
from model.training.torch_engine import check_torch

_HEAD = ("features", "logits")
"""Names of the layers behind a backbone."""

_APPLICATIONS = {
    "densenet121": keras.applications.DenseNet121,
    "mobilenetv2": keras.applications.MobileNetV2,
    "vgg19": keras.applications.VGG19,
}


def load_initial(model: keras.Model, config: ExperimentConfig, init: str) -> None:
    """Put the initial weights into a model; the optimiser is not touched, so the schedule starts again.

    Args:
        model: The experiment's model.
        config: The experiment.
        init: ``none``, ``imagenet`` (Keras downloads them once), or a file: ``best.weights.h5`` of an earlier run of
            the same architecture, also one with another head, the ``.h5`` of a ``keras.applications`` backbone or
            of a model around one, or for efficientnet_lite0 the ``.pth`` that ``imagenet_file`` reads.

    Raises:
        EngineMissing: If the file is PyTorch's, and PyTorch is not installed.
        ExperimentInvalid: If the weights cannot be had or are not of this model.
    """
    if init == "none":
        return
    if init == "imagenet":
        _copy_by_name(_imagenet(config).layers, model, init)
    elif Path(init).suffix == ".pth":
        _take_imagenet_file(model, Path(init))
    elif (Path(init).parent / RECORD_FILE).exists():
        _copy_by_place(_earlier_run(Path(init), config), model, init)
    else:
        _copy_by_name(_layers_of_file(config, init), model, init)


def _take_imagenet_file(model: keras.Model, init: Path) -> None:
    """Take all but the head from a file of PyTorch's."""
    if model.name != "efficientnet_lite0":
        raise ExperimentInvalid(f"{init}: expected the weights of a {model.name}, came those of an efficientnet_lite0")
    check_torch()
    from model.training.torch_engine.imagenet_file import imagenet_backbone

    backbone = imagenet_backbone(init)
    model.set_weights([*backbone, *model.get_weights()[len(backbone) :]])


def _imagenet(config: ExperimentConfig) -> keras.Model:
    """Return the ``keras.applications`` backbone with ImageNet's weights, downloaded where they are not yet."""
    try:
        return _application(config, weights="imagenet")
    except Exception as error:  # The download, h5py and Keras each raise what they like.
        raise ExperimentInvalid(
            f"init: ImageNet's weights of {config.architecture} cannot be downloaded ({error}); give a file, or none"
        ) from error


def _layers_of_file(config: ExperimentConfig, init: str) -> list[keras.Layer]:
    """Return the layers of a model in an ``.h5`` file, or of a backbone with the weights of one."""
    try:
        with h5py.File(init) as file:
            is_model = "model_config" in file.attrs
        if is_model:
            return list(_flattened(keras.models.load_model(init, compile=False)))
        backbone = _application(config, weights=None)
        backbone.load_weights(init)
    except (OSError, ValueError, KeyError) as error:
        raise ExperimentInvalid(f"{init}: not the weights of a {config.architecture} ({error})") from error
    return list(backbone.layers)


def _application(config: ExperimentConfig, *, weights: str | None) -> keras.Model:
    if config.architecture not in _APPLICATIONS:
        known = ", ".join(sorted(_APPLICATIONS))
        raise ExperimentInvalid(f"init: ImageNet weights are for {known}; {config.architecture} has none")
    shape = (config.size_px, config.size_px, 3)
    return _APPLICATIONS[config.architecture](include_top=False, weights=weights, input_shape=shape)


def _flattened(model: keras.Model) -> Iterator[keras.Layer]:
    """Yield a model's layers and those of the models within it."""
    for layer in model.layers:
        yield from _flattened(layer) if isinstance(layer, keras.Model) else (layer,)


def _earlier_run(weights: Path, config: ExperimentConfig) -> keras.Model:
    """Return the model of the run that ``weights`` lie in."""
    earlier = read_record(weights.parent).config
    if earlier.architecture != config.architecture:
        raise ExperimentInvalid(
            f"{weights}: not the weights of a {config.architecture}, but of a {earlier.architecture}"
        )
    model = build_model(earlier)
    try:
        model.load_weights(weights)
    except (OSError, ValueError) as error:
        raise ExperimentInvalid(f"{weights}: not the weights of a {config.architecture} ({error})") from error
    return model


def _copy_by_name(source: Iterable[keras.Layer], target: keras.Model, init: str) -> None:
    """Copy the weights of every layer that both have; all of the backbone must be among them."""
    weights = {layer.name: layer.get_weights() for layer in source if layer.weights}
    try:
        for layer in _layers_with_weights(target):
            if layer.name not in _HEAD:
                layer.set_weights(weights[layer.name])
    except KeyError as error:
        raise ExperimentInvalid(f"{init}: not the weights of a {target.name} (no layer {error} in it)") from error
    except ValueError as error:
        hint = "; set channels = 3 in its [network]" if target.name == "densenet121" else ""
        raise ExperimentInvalid(f"{init}: not the weights of this {target.name}{hint} ({error})") from error


def _copy_by_place(source: keras.Model, target: keras.Model, init: str) -> None:
    """Copy layer by layer in order, all but a head for another number of emotions."""
    for theirs, mine in zip(_layers_with_weights(source), _layers_with_weights(target), strict=True):
        if [weights.shape for weights in theirs.get_weights()] == [weights.shape for weights in mine.get_weights()]:
            mine.set_weights(theirs.get_weights())
        elif mine.name not in _HEAD:
            raise ExperimentInvalid(f"{init}: layer {theirs.name} has another shape than {mine.name} of this model")


def _layers_with_weights(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in model.layers if layer.weights]
