"""The PyTorch engine's random changes of faces keep to what the configuration says."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from tests.integration.model.training.torch_needs import NOTHING, needs_torch, random_faces


def changed(faces: npt.NDArray[np.float32], **amounts: float) -> npt.NDArray[np.float32]:
    import torch

    from model.training.torch_engine.augmentation import augment

    torch.manual_seed(1)
    moved = augment(torch.from_numpy(faces).permute(0, 3, 1, 2), replace(NOTHING, **amounts))
    return moved.permute(0, 2, 3, 1).numpy()


@needs_torch
def test_nothing_switched_on_changes_nothing() -> None:
    faces = random_faces(8, 48)

    assert np.array_equal(changed(faces), faces)


@needs_torch
def test_a_flip_mirrors_about_half_of_the_faces() -> None:
    faces = random_faces(200, 32)

    flipped = changed(faces, flip=True)

    mirrored = np.isclose(flipped, faces[:, :, ::-1], atol=1e-4).all(axis=(1, 2, 3))
    same = np.isclose(flipped, faces, atol=1e-4).all(axis=(1, 2, 3))
    assert (mirrored ^ same).all()
    assert 60 < mirrored.sum() < 140


@needs_torch
def test_a_face_is_shifted_by_at_most_its_share_of_the_side() -> None:
    spot = np.full((300, 40, 40, 1), -1, np.float32)
    spot[:, 20, 20] = 1

    shifted = changed(spot, shift=0.1)

    columns = ((shifted[..., 0] + 1).sum(axis=1) * np.arange(40)).sum(axis=1) / (shifted + 1).sum(axis=(1, 2, 3))
    assert np.abs(columns - 20).max() <= 4.01
    assert np.abs(columns - 20).max() > 3


@needs_torch
@pytest.mark.parametrize("amount", ["brightness", "contrast", "blur", "erasing", "tilt_deg", "zoom"])
def test_every_change_stays_in_range_and_changes_something(amount: str) -> None:
    faces = random_faces(16, 48)

    after = changed(faces, **{amount: 10.0 if amount == "tilt_deg" else 0.5})

    assert after.shape == faces.shape
    assert np.abs(after).max() <= 1
    assert not np.array_equal(after, faces)


@needs_torch
def test_an_erased_patch_has_2_to_15_percent_of_the_area() -> None:
    after = changed(np.zeros((300, 60, 60, 1), np.float32), erasing=1.0)

    shares = (after != 0).mean(axis=(1, 2, 3))
    assert 0.01 < shares.min() < 0.05
    assert 0.10 < shares.max() < 0.17


@needs_torch
@pytest.mark.parametrize(("batches", "expected"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_as_many_batches_are_mixed_as_asked(batches: float, expected: float) -> None:
    import torch

    from model.training.torch_engine.augmentation import mix

    torch.manual_seed(2)
    faces, targets = torch.arange(4.0).view(4, 1, 1, 1), torch.eye(4)
    config = replace(NOTHING, mixup=5.0, mixup_batches=batches)

    mixed = [not torch.equal(mix(faces, targets, config)[1], targets) for _ in range(200)]

    # One order of four in 24 leaves all in their places.
    assert np.mean(mixed) == pytest.approx(expected, abs=0.15)


@needs_torch
def test_faces_and_targets_are_mixed_by_the_same_share() -> None:
    import torch

    from model.training.torch_engine.augmentation import mix

    torch.manual_seed(2)
    faces, targets = mix(torch.arange(4.0).view(4, 1, 1, 1), torch.eye(4), replace(NOTHING, mixup=5.0))

    assert torch.allclose(faces.flatten(), targets @ torch.arange(4.0))
