"""What folders, columns and files call the emotions: words of six languages, and what numbers mean where."""

import re
import unicodedata
from collections.abc import Mapping

from model.labels import EMOTIONS

CONTEMPT = "contempt"
"""The eighth class that many data sets have, and this project's model has not."""

LEAVE_OUT = "leave-out"
"""What stands in place of an emotion where pictures are not to be used."""

_WORDS: Mapping[str, str] = {
    "angry": "anger furious furiosa rage wutend wuetend wut zorn zornig arger aerger argerlich aergerlich verargert "
    "veraergert bose boese enojo enojado enojada enfado enfadado enfadada ira rabia colere encolere fache fachee raiva "
    "zangado zangada irritado rabbia arrabbiato arrabbiata collera",
    "disgust": "disgusted disgusting ekel angeekelt abscheu asco asqueado disgusto degout degoute degoutee nojo "
    "aversao disgustato disgustata schifo repulsa desgosto repugnancia",
    "fear": "fearful fearfull afraid scared frightened angst furcht angstlich aengstlich miedo temor asustado "
    "asustada peur effraye effrayee apeure medo commedo assustado assustada paura spaventato spaventata impaurito",
    "happy": "happiness joy joyful smile smiling glucklich gluecklich gluck glueck freude froh frohlich froehlich "
    "feliz felicidad felicidade alegria alegre contento contenta joie heureux heureuse bonheur joyeux felice "
    "felicita gioia allegria",
    "sad": "sadness traurig trauer traurigkeit triste tristeza tristesse tristezza",
    "surprise": "surprised surprising suprise suprised astonished uberraschung ueberraschung uberrascht ueberrascht "
    "erstaunt sorpresa sorprendido sorprendida surpris surpresa surpreso surpreendido sorpreso",
    "neutral": "neutrality neutralitat neutralitaet neutro neutra neutre neutralidade neutralidad neutrale neutralita "
    "noemotion",
    CONTEMPT: "contemptuous verachtung verachtlich veraechtlich desprecio desden mepris desprezo disprezzo",
}
_EMOTION_OF_WORD = {word: emotion for emotion, words in _WORDS.items() for word in (emotion, *words.split())}
# What may stand beside the word for the emotion in a folder's name.
_BESIDE = "face faces image images img pic pics picture pictures photo photos class emotion expression"
_FILLERS = frozenset(_BESIDE.split())
_NUMBERED = re.compile(r"(?:class|label|emotion|expression)?[ _-]*0*(\d{1,2})(?:\.0+)?", re.IGNORECASE)

NUMBERINGS: Mapping[str, Mapping[str, str]] = {
    "fer2013": {**{str(number): emotion for number, emotion in enumerate(EMOTIONS)}, "7": CONTEMPT},
    "affectnet": {
        "0": "neutral", "1": "happy", "2": "sad", "3": "surprise", "4": "fear", "5": "disgust", "6": "angry",
        "7": CONTEMPT, "8": LEAVE_OUT, "9": LEAVE_OUT, "10": LEAVE_OUT,
    },
    "rafdb": {
        "1": "surprise", "2": "fear", "3": "disgust", "4": "happy", "5": "sad", "6": "angry", "7": "neutral",
    },
    "ckplus": {
        "0": "neutral", "1": "angry", "2": CONTEMPT, "3": "disgust", "4": "fear", "5": "happy", "6": "sad",
        "7": "surprise",
    },
    "ferplus": {
        "0": "neutral", "1": "happy", "2": "surprise", "3": "sad", "4": "angry", "5": "disgust", "6": "fear",
        "7": CONTEMPT, "8": LEAVE_OUT, "9": LEAVE_OUT,
    },
    "alphabetical": {str(number): emotion for number, emotion in enumerate(sorted(EMOTIONS))},
}  # fmt: skip
"""What numbers mean, by the data set that numbers so; ``alphabetical`` is what Keras makes of folders."""


def plain_words(text: str) -> list[str]:
    """Return a name's words and numbers: lower case, without accents, cut where the case or the kind changes."""
    spelt = unicodedata.normalize("NFKD", _decoded(text))
    bare = "".join(letter for letter in spelt if not unicodedata.combining(letter))
    cut = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+", bare)
    return [word.casefold() for word in cut]


def _decoded(name: str) -> str:
    """Return a file's name with the letters that it had on an older Windows, where it is no UTF-8."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        return name.encode("utf-8", "surrogateescape").decode("latin-1")


def emotion_in(name: str) -> str | None:
    """Return the emotion, or contempt, that a name is for; None where it is for none, or says something beside it."""
    words = plain_words(name)
    whole = _EMOTION_OF_WORD.get("".join(word for word in words if not word.isdigit()))
    if whole:
        return whole
    found = {_EMOTION_OF_WORD.get(word, "") for word in words if word not in _FILLERS and not word.isdigit()}
    return found.pop() or None if len(found) == 1 else None


def emotion_among(name: str) -> str | None:
    """Return the one emotion that a longer name mentions, as ``Rafd090_01_female_angry_frontal``; None if not one."""
    found = {_EMOTION_OF_WORD[word] for word in plain_words(name) if word in _EMOTION_OF_WORD}
    return found.pop() if len(found) == 1 else None


def number_in(name: str) -> str | None:
    """Return the number that a name is, as ``3`` of ``3``, ``03``, ``3.0`` or ``class003``; None where it is none."""
    matched = _NUMBERED.fullmatch(name.strip())
    return str(int(matched[1])) if matched else None
