"""The weights that a training starts from: random ones, ImageNet's, or those of a file."""

from pathlib import Path

import keras
import numpy as np

from model.architectures import build_network
from model.errors import ExperimentInvalid
from model.training.config import ExperimentConfig
from model.training.records import RECORD_FILE, read_record

_APPLICATIONS = {
    "densenet121": keras.applications.DenseNet121,
    "mobilenetv2": keras.applications.MobileNetV2,
    "vgg19": keras.applications.VGG19,
}


def load_initial(network: keras.Model, config: ExperimentConfig, init: str) -> None:
    """Put the initial weights into a network; the optimiser is not touched, so the schedule starts anew.

    Args:
        network: The experiment's network.
        config: The experiment.
        init: ``none``, ``imagenet`` (Keras downloads them once), or a file: ``best.weights.h5`` of an earlier run of
            the same architecture, also one with another head, or a ``keras.applications`` backbone's ``.h5``.

    Raises:
        ExperimentInvalid: If the weights cannot be had or are not of this network.
    """
    if init == "none":
        return
    if init == "imagenet":
        _copy_by_name(_application(config, "imagenet"), network, init)
    elif (Path(init).parent / RECORD_FILE).exists():
        _copy_by_place(_earlier_run(Path(init), config), network, init)
    else:
        _copy_by_name(_application(config, init), network, init)


def _application(config: ExperimentConfig, init: str) -> keras.Model:
    """Return the ``keras.applications`` backbone with weights of ImageNet or of a file."""
    if config.architecture not in _APPLICATIONS:
        known = ", ".join(sorted(_APPLICATIONS))
        raise ExperimentInvalid(f"init: ImageNet weights are for {known}; {config.architecture} has none")
    side_px = config.size_px
    backbone = _APPLICATIONS[config.architecture](include_top=False, weights=None, input_shape=(side_px, side_px, 3))
    before = [weights.copy() for weights in backbone.get_weights()]
    try:
        if init == "imagenet":
            options = {"include_top": False, "weights": init, "input_shape": (side_px, side_px, 3)}
            return _APPLICATIONS[config.architecture](**options)
        backbone.load_weights(init, by_name=True, skip_mismatch=True)
    except Exception as error:  # Keras, h5py and the download each raise what they like.
        raise ExperimentInvalid(_no_weights(init, config.architecture, error)) from error
    if all(np.array_equal(old, new) for old, new in zip(before, backbone.get_weights(), strict=True)):
        raise ExperimentInvalid(_no_weights(init, config.architecture, "no layer of that name and shape in it"))
    return backbone


def _no_weights(init: str, architecture: str, reason: object) -> str:
    if init == "imagenet":
        return f"init: ImageNet's weights of {architecture} cannot be downloaded ({reason}); give a file, or none"
    return f"{init}: not the weights of a {architecture} ({reason})"


def _earlier_run(weights: Path, config: ExperimentConfig) -> keras.Model:
    """Return the network of the run that ``weights`` lie in."""
    earlier = read_record(weights.parent).config
    if earlier.architecture != config.architecture:
        raise ExperimentInvalid(
            f"{weights}: not the weights of a {config.architecture}, but of a {earlier.architecture}"
        )
    network = build_network(earlier)
    try:
        network.load_weights(weights)
    except (OSError, ValueError) as error:
        raise ExperimentInvalid(f"{weights}: not the weights of a {config.architecture} ({error})") from error
    return network


def _copy_by_name(source: keras.Model, target: keras.Model, init: str) -> None:
    """Copy every layer that both have; the target's backbone must have three channels as ImageNet's."""
    names = {layer.name for layer in target.layers}
    try:
        for layer in source.layers:
            if layer.name in names:
                target.get_layer(layer.name).set_weights(layer.get_weights())
    except ValueError as error:
        raise ExperimentInvalid(f"{init}: its layers have other shapes; set channels = 3 ({error})") from error


def _copy_by_place(source: keras.Model, target: keras.Model, init: str) -> None:
    """Copy layer by layer in order, all but a head for another number of emotions."""
    copied = 0
    for theirs, mine in zip(_layers_with_weights(source), _layers_with_weights(target), strict=False):
        if [weights.shape for weights in theirs.get_weights()] == [weights.shape for weights in mine.get_weights()]:
            mine.set_weights(theirs.get_weights())
            copied += 1
        elif mine.name != "logits":
            raise ExperimentInvalid(f"{init}: layer {theirs.name} has another shape than {mine.name} of this network")
    if not copied:
        raise ExperimentInvalid(f"{init}: holds no layer of this network")


def _layers_with_weights(network: keras.Model) -> list[keras.Layer]:
    return [layer for layer in network.layers if layer.weights]
