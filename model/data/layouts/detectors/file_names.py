"""Pictures whose own names say what they show: JAFFE, KDEF, and any that mention one emotion."""

import re

from model.data.layouts.emotion_words import emotion_among
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_of_path

_LEAST_SHARE = 0.8
_CODES = {"AN": "angry", "DI": "disgust", "FE": "fear", "HA": "happy", "SA": "sad", "SU": "surprise", "NE": "neutral"}
# KA.AN1.39.tiff: person, emotion and number, number of the picture (Lyons et al. 1998).
_JAFFE = re.compile(r"(?P<person>[A-Z]{2})[.-](?P<code>AN|DI|FE|HA|SA|SU|NE)\d+[.-]\d+", re.IGNORECASE)
# AF01ANS: session, person, emotion (AF is afraid), angle (Lundqvist et al. 1998).
_KDEF = re.compile(r"[AB](?P<person>[FM]\d\d)(?P<code>AF|AN|DI|HA|NE|SA|SU)(?:S|FL|FR|HL|HR)", re.IGNORECASE)
# S010_004_00000017: person, session, frame (Lucey et al. 2010).
_CK_PLUS = re.compile(r"(?P<person>S\d{3})_\d{3}_\d+.*", re.IGNORECASE)


def find_file_names(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where nearly every picture's name says an emotion, and not all the same; else None."""
    found = [
        LabelledPicture(path, label, split_of_path(path.parts[:-1]), person_in(path.stem))
        for path in tree.pictures
        if (label := _label_in(path.stem))
    ]
    is_found = len(found) >= _LEAST_SHARE * len(tree.pictures) and len({one.label for one in found}) > 1
    if not is_found:
        return None
    rest = len(tree.pictures) - len(found)
    notes = (f"{rest} pictures left out, as their names say no emotion",) if rest else ()
    return FoundLayout("names of files", tuple(found), notes=notes)


def person_in(stem: str) -> str:
    """Return the person that a file's name says; empty where it says none."""
    matched = _JAFFE.fullmatch(stem) or _KDEF.fullmatch(stem) or _CK_PLUS.fullmatch(stem)
    return matched["person"].upper() if matched else ""


def _label_in(stem: str) -> str:
    matched = _JAFFE.fullmatch(stem) or _KDEF.fullmatch(stem)
    if matched:
        return {**_CODES, "AF": "fear"}[matched["code"].upper()]
    return emotion_among(stem) or ""
