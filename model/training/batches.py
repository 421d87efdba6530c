"""Training faces as shuffled batches."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.experiments.checkpoints import RunFolder
from model.experiments.config import ExperimentConfig
from model.preprocessing import preprocess_faces
from model.training.distillation import training_targets


class ShuffledFaces(keras.utils.PyDataset):
    """Batches of one split, in an order that depends on the seed and the epoch alone.

    So a run that was killed sees, after it resumes, the same batches as one that was not.
    """

    def __init__(
        self,
        faces_gray: npt.NDArray[np.uint8],
        targets: npt.NDArray[np.float32],
        *,
        size_px: int,
        batch_size: int,
        seed: int,
        first_epoch: int = 0,
        **kwargs: Any,
    ) -> None:
        """Prepare the batches.

        Args:
            faces_gray: uint8, shape (N, H, W).
            targets: float32, shape (N, classes).
            size_px: Side of the model's input.
            batch_size: Faces per batch; what does not fill a last batch waits for another epoch's order.
            seed: Of the order.
            first_epoch: The epoch that the first pass stands for.
            kwargs: Passed on to Keras, ``workers`` for one.
        """
        super().__init__(**kwargs)
        self._faces_gray, self._targets = faces_gray, targets
        self._size_px, self._batch_size = size_px, min(batch_size, len(faces_gray))
        self._seed, self._epoch = seed, first_epoch
        self._order = self._shuffled()

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return len(self._faces_gray) // self._batch_size

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return batch ``index``: input float32 (B, size_px, size_px, 1) and targets float32 (B, classes)."""
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return preprocess_faces(self._faces_gray[chosen], size_px=self._size_px), self._targets[chosen]

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self._epoch += 1
        self._order = self._shuffled()

    def _shuffled(self) -> npt.NDArray[np.int64]:
        return np.random.default_rng((self._seed, self._epoch)).permutation(len(self._faces_gray))


def training_batches(
    config: ExperimentConfig, training: LabelledFaces, first_epoch: int = 0, folder: RunFolder | None = None
) -> ShuffledFaces:
    """Return the training faces and targets from an epoch on; ``folder`` keeps what a teacher says of them."""
    return ShuffledFaces(
        training.faces_gray,
        training_targets(config, training, kept_in=folder.path if folder else None),
        size_px=config.size_px,
        batch_size=config.optimiser.batch_size,
        seed=config.seed,
        first_epoch=first_epoch,
    )


def validation_arrays(split: LabelledFaces, size_px: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the network's input, float32 (N, size_px, size_px, 1), and one-hot labels, float32 (N, classes)."""
    one_hot = np.eye(len(split.emotions), dtype=np.float32)[split.labels]
    return preprocess_faces(split.faces_gray, size_px=size_px), one_hot
