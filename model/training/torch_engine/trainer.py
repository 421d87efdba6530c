"""One epoch of training or validation in PyTorch, and the state that a killed run resumes from."""

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import get_ema_multi_avg_fn

from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.training.batches import ShuffledFaces
from model.training.schedule import OneCycle, averaging_momentum
from model.training.torch_engine.augmentation import augment, mix
from model.training.torch_engine.keras_weights import keras_weights, set_keras_weights
from model.training.torch_engine.models import build_twin

Array = npt.NDArray[np.float32]

_VALIDATION_BATCH = 256


class Trainer:
    """A model, its averaged twin, and the optimiser between them, on a GPU where PyTorch sees one."""

    def __init__(self, config: ExperimentConfig, weights: Sequence[Array], *, steps_per_epoch: int) -> None:
        """Prepare.

        Args:
            config: The experiment; ``precision`` mixed_bfloat16 is what makes it fast.
            weights: Initial ones, as Keras orders them.
            steps_per_epoch: Stretches the learning-rate schedule.
        """
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        # What is computed in float32 is to be that on a GPU, too.
        torch.backends.cudnn.allow_tf32 = False
        model = build_twin(config, classes=len(weights[-1]))
        model = model.to(self._device, memory_format=torch.channels_last)
        set_keras_weights(model, weights)
        self._model, self._averaged = model, copy.deepcopy(model).eval()
        self._config, self._steps_per_epoch = config, steps_per_epoch
        self._optimiser = _adamw(model, config.optimiser)
        self._step = 0

    def train_epoch(self, batches: ShuffledFaces, epoch: int) -> dict[str, float]:
        """Train on every batch once, and return loss and accuracy. Seed and epoch decide all that is random."""
        seed = np.random.default_rng((self._config.seed, epoch)).integers(2**62)
        torch.manual_seed(int(seed))
        self._model.train()
        self._step = epoch * self._steps_per_epoch
        sums = torch.zeros(2, device=self._device)
        for index in range(len(batches)):
            inputs, targets = batches[index]
            sums += self._train_step(self._faces_first(inputs), torch.from_numpy(targets).to(self._device))
        loss, accuracy = (sums / len(batches)).tolist()
        return {"loss": loss, "accuracy": accuracy}

    def validate(self, inputs: Array, one_hot: Array) -> dict[str, float]:
        """Return loss and accuracy of the averaged weights.

        Args:
            inputs: float32, shape (N, S, S, 1).
            one_hot: Labels, float32, shape (N, classes).
        """
        logits = torch.from_numpy(self.predict(inputs))
        targets = torch.from_numpy(one_hot)
        loss = functional.cross_entropy(logits, targets)
        return {"val_loss": float(loss), "val_accuracy": float(_hits(logits, targets))}

    def predict(self, inputs: Array, *, exact: bool = False) -> Array:
        """Return the averaged weights' logits, float32, shape (N, classes).

        Args:
            inputs: float32, shape (N, S, S, 1).
            exact: Compute in float32, as Keras and the exported model do.
        """
        starts = range(0, len(inputs), _VALIDATION_BATCH)
        with torch.inference_mode(), self._autocast(enabled=not exact):
            logits = [self._averaged(self._faces_first(inputs[first : first + _VALIDATION_BATCH])) for first in starts]
        return torch.cat(logits).float().cpu().numpy()

    def averaged_weights(self) -> list[Array]:
        """Return the averaged weights as Keras orders them."""
        return keras_weights(self._averaged)

    def use_averaged_weights(self, weights: Sequence[Array]) -> None:
        """Put other weights, as Keras orders them, in the place of the averaged ones."""
        set_keras_weights(self._averaged, weights)

    def save(self, path: Path) -> None:
        """Write what a killed run resumes from; ``path`` is never half a file."""
        unfinished = path.with_name(f"unfinished-{path.name}")
        parts = (self._model, self._averaged, self._optimiser)
        torch.save([part.state_dict() for part in parts], unfinished)
        unfinished.replace(path)

    def restore(self, path: Path) -> None:
        """Read what ``save`` wrote."""
        states = torch.load(path, map_location=self._device, weights_only=True)
        for part, state in zip((self._model, self._averaged, self._optimiser), states, strict=True):
            part.load_state_dict(state)

    def _train_step(self, faces: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Take one step and return loss and accuracy."""
        faces = augment(faces, self._config.augmentation)
        faces, targets = mix(faces, targets, self._config.augmentation)
        self._set_learning_rate()
        with self._autocast():
            logits = self._model(faces.contiguous(memory_format=torch.channels_last)).float()
        loss = functional.cross_entropy(logits, targets)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._step += 1
        self._average()
        return torch.stack([loss.detach(), _hits(logits, targets)])

    def _faces_first(self, inputs: Array) -> torch.Tensor:
        """Return Keras' input (N, S, S, 1) as PyTorch's (N, 1, S, S) on the device."""
        faces = torch.from_numpy(inputs).to(self._device).permute(0, 3, 1, 2)
        return faces.contiguous(memory_format=torch.channels_last)

    def _autocast(self, *, enabled: bool = True) -> torch.autocast:
        low = torch.float16 if self._config.precision == "mixed_float16" else torch.bfloat16
        return torch.autocast(self._device.type, low, enabled=enabled and self._config.precision != "float32")

    def _set_learning_rate(self) -> None:
        rate = learning_rate(self._config.optimiser, self._step, self._steps_per_epoch)
        for group in self._optimiser.param_groups:
            group["lr"] = rate * group["factor"]

    @torch.no_grad()
    def _average(self) -> None:
        """Move the averaged twin towards the model: fast at first, so that the random weights are soon forgotten."""
        wanted = self._config.optimiser
        longest = averaging_momentum(wanted.ema_momentum, self._steps_per_epoch * wanted.epochs)
        momentum = min(longest, self._step / (self._step + 10))
        get_ema_multi_avg_fn(momentum)(_floats(self._averaged), _floats(self._model), None)


def learning_rate(optimiser: OptimiserConfig, step: int, steps_per_epoch: int) -> float:
    """Return the learning rate of a step counted from 0, as with Keras."""
    if optimiser.schedule == "constant":
        return optimiser.peak_learning_rate
    course = OneCycle(optimiser.peak_learning_rate, steps_per_epoch * optimiser.epochs, optimiser.warmup_share)
    return float(course(step))


def _adamw(model: nn.Module, wanted: OptimiserConfig) -> torch.optim.AdamW:
    """Return AdamW with Keras' constants; biases and normalisation do not decay, and the head has its own rate."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weights in model.named_parameters():
        factor = wanted.head_rate_factor if name.startswith("logits.") else 1.0
        decay = wanted.weight_decay if weights.ndim > 1 else 0.0
        groups.setdefault((factor, decay), []).append(weights)
    listed = [
        {"params": members, "factor": factor, "weight_decay": decay} for (factor, decay), members in groups.items()
    ]
    return torch.optim.AdamW(listed, lr=wanted.peak_learning_rate, eps=1e-7, fused=True)


def _floats(model: nn.Module) -> list[torch.Tensor]:
    """Return parameters and running means and variances, without the count of batches."""
    return [tensor for tensor in model.state_dict().values() if tensor.is_floating_point()]


def _hits(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the share whose highest logit stands where the highest target does."""
    return (logits.argmax(dim=1) == targets.argmax(dim=1)).float().mean()
