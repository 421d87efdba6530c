"""What folders and files call the splits."""

from collections.abc import Sequence

from model.data.layouts.emotion_words import plain_words

TEST = "test"
"""It is PrivateTest beside a validation split, and PublicTest where there is none."""

_SPLIT_OF_WORD = {
    **dict.fromkeys(
        ("train", "training", "trn", "entrenamiento", "treino", "entrainement", "addestramento"), "Training"
    ),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval", "publictest"), "PublicTest"),
    **dict.fromkeys(("validierung", "validacion", "validacao", "validazione"), "PublicTest"),
    "privatetest": "PrivateTest",
    **dict.fromkeys(("test", "testing", "tst", "prueba", "teste"), TEST),
}
_BESIDE = (
    "set split data dataset images image img faces pictures folder class classes labels label list annotations only "
    "aligned cropped fer raf db rafdb affectnet affect net"
)
_FILLERS = frozenset(_BESIDE.split())


def split_in(name: str) -> str | None:
    """Return the split that a name is for, or ``TEST``; None where it is for none, or says something beside it."""
    words = [word for word in plain_words(name) if not word.isdigit() and word not in _FILLERS]
    return _SPLIT_OF_WORD.get("".join(words))


def is_filler(name: str) -> bool:
    """Return whether a folder's name says nothing of what is in it, as ``images`` does."""
    words = plain_words(name)
    return bool(words) and all(word in _FILLERS for word in words)


def split_of_path(parts: Sequence[str]) -> str | None:
    """Return the split that the last part names which names one; None where none does."""
    return next((split for part in reversed(parts) if (split := split_in(part))), None)
