"""DenseNet121, the network that the product is designed for."""

import keras

from model.labels import EMOTIONS


def build_densenet121(size_px: int, *, channels: int = 1, dropout: float = 0.3) -> keras.Model:
    """Build Keras' DenseNet121 with random weights and a head for seven emotions; 7 million parameters.

    Huang et al. 2017, "Densely Connected Convolutional Networks", arXiv 1608.06993.

    Args:
        size_px: Side of the input in pixels, 32 at least.
        channels: 1 for grey faces, 3 for a backbone with ImageNet weights.
        dropout: Share of the pooled features dropped while training.

    Returns:
        A model from float32 (N, size_px, size_px, channels) to logits, float32 (N, 7).
    """
    backbone = keras.applications.DenseNet121(
        include_top=False, weights=None, input_shape=(size_px, size_px, channels), pooling="avg"
    )
    features = keras.layers.Dropout(dropout)(backbone.output)
    logits = keras.layers.Dense(len(EMOTIONS), name="logits")(features)
    return keras.Model(backbone.input, logits, name="densenet121")
