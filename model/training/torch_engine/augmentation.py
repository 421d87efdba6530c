"""The random changes of ``AugmentationConfig`` in PyTorch: one resampling for flip, tilt, zoom and shift together."""

import math

import torch
from torch.nn import functional

from model.data.augmentation import AugmentationConfig
from model.data.camera_blur import NOISE, blur_operators

_ERASED_AREA = (0.02, 0.15)
_LONGEST_SIDES = 3.3
"""Highest ratio of an erased patch's sides, as in the paper."""


def augment(faces: torch.Tensor, config: AugmentationConfig) -> torch.Tensor:
    """Change faces at random, each in its own way; ``torch.manual_seed`` decides how.

    Args:
        faces: float32, shape (N, 1, S, S), range [-1, 1], on the device that is to do the work. Not changed.
        config: How far to go. Mixing is ``mix``'s part.

    Returns:
        The same shape and range; what comes in from outside repeats the edge.
    """
    faces = _moved(faces, config)
    if config.brightness:
        faces = (faces + 2 * _even(faces, config.brightness)).clamp(-1, 1)
    if config.contrast:
        mean = faces.mean(dim=(2, 3), keepdim=True)
        faces = ((faces - mean) * (1 + _even(faces, config.contrast)) + mean).clamp(-1, 1)
    if config.blur:
        faces = torch.where(_some(faces, config.blur), _as_small_ones(faces), faces)
    if config.erasing:
        faces = torch.where(_some(faces, config.erasing) & _patches(faces), torch.rand_like(faces) * 2 - 1, faces)
    return faces


def mix(faces: torch.Tensor, targets: torch.Tensor, config: AugmentationConfig) -> tuple[torch.Tensor, torch.Tensor]:
    """Return each face and target mixed with another's by one share, or, for as many batches as asked, as they are."""
    if not config.mixup or (config.mixup_batches < 1 and float(torch.rand(())) >= config.mixup_batches):
        return faces, targets
    share = float(torch.distributions.Beta(config.mixup, config.mixup).sample())
    others = torch.randperm(len(faces), device=faces.device)
    return torch.lerp(faces, faces[others], share), torch.lerp(targets, targets[others], share)


def _even(faces: torch.Tensor, amount: float) -> torch.Tensor:
    """Draw one number for each face, evenly from [-amount, amount], shape (N, 1, 1, 1)."""
    return (_uniform(faces) * 2 - 1) * amount


def _uniform(faces: torch.Tensor) -> torch.Tensor:
    """Draw one number for each face, evenly from [0, 1), shape (N, 1, 1, 1)."""
    return torch.rand(len(faces), 1, 1, 1, device=faces.device)


def _some(faces: torch.Tensor, share: float) -> torch.Tensor:
    """Choose a share of the faces, bool, shape (N, 1, 1, 1)."""
    return _uniform(faces) < share


def _moved(faces: torch.Tensor, config: AugmentationConfig) -> torch.Tensor:
    """Flip, tilt, zoom and shift."""
    if not (config.flip or config.tilt_deg or config.zoom or config.shift):
        return faces
    angle = _even(faces, math.radians(config.tilt_deg)).flatten()
    scale = 1 + _even(faces, config.zoom).flatten()
    mirror = 1 - 2 * _some(faces, 0.5 * config.flip).flatten().float()
    # The grid's unit is half a side.
    shift_x, shift_y = (2 * _even(faces, config.shift).flatten() for _ in range(2))
    cos, sin = scale * torch.cos(angle), scale * torch.sin(angle)
    rows = [mirror * cos, -mirror * sin, shift_x, sin, cos, shift_y]
    grid = functional.affine_grid(torch.stack(rows, dim=1).view(-1, 2, 3), list(faces.shape), align_corners=False)
    return functional.grid_sample(faces, grid, mode="bilinear", padding_mode="border", align_corners=False)


def _as_small_ones(faces: torch.Tensor) -> torch.Tensor:
    """Make every face as a camera gives small ones; see ``model.data.camera_blur``."""
    bank = torch.from_numpy(blur_operators(faces.shape[-1])).to(faces.device)
    chosen = bank[torch.randint(len(bank), (len(faces),), device=faces.device)]
    worse = torch.bmm(torch.bmm(chosen, faces[:, 0]), chosen.transpose(1, 2))[:, None]
    deviations = NOISE * _uniform(faces)
    return (worse + deviations * torch.randn_like(worse)).clamp(-1, 1)


def _patches(faces: torch.Tensor) -> torch.Tensor:
    """Draw one rectangle for each face, bool, the shape of ``faces``."""
    low, high = _ERASED_AREA
    area = low + (high - low) * _uniform(faces)
    ratio = torch.exp(_even(faces, math.log(_LONGEST_SIDES)))
    places = (torch.arange(faces.shape[-1], device=faces.device) + 0.5) / faces.shape[-1]
    inside_rows = _within(places.view(1, 1, -1, 1), (area * ratio).sqrt().clamp(max=1))
    return inside_rows & _within(places.view(1, 1, 1, -1), (area / ratio).sqrt().clamp(max=1))


def _within(places: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Return which places lie in a stretch of each length, put down anywhere in [0, 1]."""
    first = torch.rand_like(lengths) * (1 - lengths)
    return (places >= first) & (places < first + lengths)
