"""The textbooks' model: convolutions and max-pooling, then a dense layer."""

from collections.abc import Sequence

import keras

from model.labels import EMOTIONS


def build_plain_cnn(
    size_px: int,
    *,
    dropout: float = 0.0,
    classes: int = len(EMOTIONS),
    filters: Sequence[int] = (32, 64),
    convolutions: int = 1,
    kernel_px: int = 3,
    units: int = 128,
    normalised: bool = False,
) -> keras.Model:
    """Build stages of convolutions, each ended by a max-pooling that halves the side, and a dense layer.

    Args:
        size_px: Side of the input in pixels.
        dropout: Share of features dropped after each pooling (half of it) and before the head, while training.
        classes: Number of emotions that it tells apart.
        filters: Channels of each stage's convolutions.
        convolutions: Per stage.
        kernel_px: Side of the convolutions' kernels.
        units: Of the dense layer before the head; 0 pools each channel to one number instead.
        normalised: Normalise each convolution's output over the batch.

    Returns:
        A model from grey faces, float32 (N, size_px, size_px, 1), to logits, float32 (N, classes).
    """
    features = inputs = keras.Input((size_px, size_px, 1), name="face")
    for width in filters:
        for _ in range(convolutions):
            features = keras.layers.Conv2D(width, kernel_px, padding="same", use_bias=not normalised)(features)
            if normalised:
                features = keras.layers.BatchNormalization(momentum=0.97)(features)
            features = keras.layers.ReLU()(features)
        features = keras.layers.MaxPooling2D()(features)
        features = keras.layers.Dropout(dropout / 2)(features)
    if units:
        features = keras.layers.Dense(units, activation="relu")(keras.layers.Flatten()(features))
    else:
        features = keras.layers.GlobalAveragePooling2D()(features)
    logits = keras.layers.Dense(classes, name="logits", dtype="float32")(keras.layers.Dropout(dropout)(features))
    return keras.Model(inputs, logits, name="plain_cnn")
