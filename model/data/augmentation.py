"""Random changes of a face that leave its expression as it is, as Keras layers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.errors import ExperimentInvalid

if TYPE_CHECKING:
    import keras

_GREY_RANGE = (-1.0, 1.0)


@dataclass(frozen=True)
class AugmentationConfig:
    """How far faces are changed; every amount is drawn evenly from [-value, value], and 0 switches it off.

    Attributes:
        flip: Mirror half of the faces.
        tilt_deg: Rotation in degrees.
        zoom: Scale, as a fraction.
        shift: Shift in each direction, as a fraction of the face's side.
        brightness: Added, as a fraction of the grey range.
        contrast: Scaling around the face's mean grey, as a fraction.
        erasing: Share of the faces of which a patch, 2 to 15 % of the area, becomes noise (Zhong et al. 2017, arXiv
            1708.04896).
        blur: Share of the faces that become as a camera gives small ones: reduced to 12 to 40 pixels and enlarged
            again, out of focus, or both, with noise; see ``model.data.camera_blur``.
        mixup: Mix each face and its target with another's, by a share drawn from Beta(mixup, mixup) for each batch
            (Zhang et al. 2018, arXiv 1710.09412). PyTorch alone does it.
        mixup_batches: Share of the batches that ``mixup`` mixes.
    """

    flip: bool = True
    tilt_deg: float = 10.0
    zoom: float = 0.12
    shift: float = 0.10
    brightness: float = 0.20
    contrast: float = 0.20
    erasing: float = 0.0
    blur: float = 0.0
    mixup: float = 0.0
    mixup_batches: float = 1.0


def face_augmentation(config: AugmentationConfig, *, seed: int) -> "keras.Sequential":
    """Return the changes as one layer, which acts while training and passes faces through otherwise.

    Args:
        config: How far to go.
        seed: The same seed draws the same changes.

    Returns:
        From preprocessed faces, float32 (N, S, S, 1) in [-1, 1], to the same; what comes in from outside repeats the
        edge.

    Raises:
        ExperimentInvalid: If faces are to be mixed, which a layer that sees no targets cannot do.
    """
    import keras

    if config.mixup:
        raise ExperimentInvalid("augmentation.mixup: Keras does not mix faces here; train with --engine torch")

    layers = list(_layers(config, seed)) or [keras.layers.Identity()]
    return keras.Sequential(layers, name="augmentation")


def _layers(config: AugmentationConfig, seed: int) -> Iterator["keras.Layer"]:
    """Yield the layers that are switched on. They compute in float32, whatever the model computes in."""
    from keras import layers

    outside = {"fill_mode": "nearest", "dtype": "float32"}
    light = {"value_range": _GREY_RANGE, "dtype": "float32"}
    if config.flip:
        yield layers.RandomFlip("horizontal", seed=seed, dtype="float32")
    if config.tilt_deg:
        yield layers.RandomRotation(config.tilt_deg / 360, seed=seed + 1, **outside)
    if config.shift:
        yield layers.RandomTranslation(config.shift, config.shift, seed=seed + 2, **outside)
    if config.zoom:
        yield layers.RandomZoom(config.zoom, seed=seed + 3, **outside)
    if config.brightness:
        yield layers.RandomBrightness(config.brightness, seed=seed + 4, **light)
    if config.contrast:
        yield layers.RandomContrast(config.contrast, seed=seed + 5, **light)
    if config.erasing:
        yield layers.RandomErasing((config.erasing, config.erasing), scale=(0.02, 0.15), seed=seed + 6, **light)
    if config.blur:
        from model.data.camera_blur import camera_blur_layer

        yield camera_blur_layer(config.blur, seed=seed + 7)
