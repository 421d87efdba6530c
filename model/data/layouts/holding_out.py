"""Which faces are kept for testing where a data set has no split: whole people, the same at each run."""

import hashlib
from collections.abc import Sequence


def held_out(faces: Sequence[tuple[str, str, str]], share: float) -> list[bool]:
    """Choose faces to keep for testing.

    Args:
        faces: (label, person, place) of each; the person is empty where nobody knows it.
        share: How much of them, in (0, 1).

    Returns:
        Whether each is kept: whole people where they are known, else the same share of each label. At least one of
        each is kept, and one is learnt, where there are two. It depends on names alone, so every run keeps the same.
    """
    people = {person for _, person, _ in faces if person}
    chosen = _some(people, share)
    for label in {label for label, person, _ in faces if not person}:
        chosen |= _some({place for of, person, place in faces if of == label and not person}, share)
    return [(person or place) in chosen for _, person, place in faces]


def _some(names: set[str], share: float) -> set[str]:
    """Return a share of names, at least one and not all, where there are two."""
    if len(names) < 2:
        return set()
    count = min(len(names) - 1, max(1, round(share * len(names))))
    return set(sorted(names, key=_shuffled)[:count])


def _shuffled(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()
