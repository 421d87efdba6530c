"""Tiny data sets in every layout: one face of each emotion in each split, which says by its grey what it shows."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from model.data.faces import LabelledFaces
from model.labels import EMOTIONS
from tests.cases.data.made_up_pictures import write

SIDE_PX = 20
SPLIT_IN_TWO = ("Training", "PublicTest")
SPLIT_IN_THREE = ("Training", "PublicTest", "PrivateTest")
Build = Callable[[Path], object]


def gray_of(emotion: str, seed: int = 0) -> int:
    """Return a grey that says which emotion it is."""
    return 20 + 30 * EMOTIONS.index(emotion) + seed


def face(path: Path, emotion: str, *, seed: int = 0, size: tuple[int, int] = (SIDE_PX, SIDE_PX)) -> Path:
    """Write an even picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(size, gray_of(emotion, seed), np.uint8)).save(path)
    return path


def check_labels(faces: LabelledFaces) -> None:
    """Hold each face's label against what its grey says."""
    greys = np.median(faces.faces_gray, axis=(1, 2)).astype(int)
    expected = [gray_of(emotion) for emotion in EMOTIONS]
    shown = [int(np.abs(np.array(expected) - grey).argmin()) for grey in greys]
    assert shown == faces.labels.tolist()


def folders(root: Path, names: Iterable[str], splits: Iterable[str] = ("train", "test")) -> None:
    """Write one picture a split into folders of these names, in the order of ``EMOTIONS``."""
    for seed, split in enumerate(splits):
        for emotion, name in zip(EMOTIONS, names, strict=True):
            face(root / split / name / "a.png", emotion, seed=seed)


def table(root: Path, name: str, header: str, rows: Iterable[str], encoding: str = "utf-8", end: str = "\n") -> Path:
    return write(root / name, (end.join([header, *rows]) + end).encode(encoding))


def pixels(emotion: str, seed: int = 0, stroke: str = " ") -> str:
    return stroke.join([str(gray_of(emotion, seed))] * 48 * 48)


LANGUAGES = {
    "upper case": ("ANGRY", "DISGUST", "FEAR", "HAPPY", "SAD", "SURPRISE", "NEUTRAL"),
    "synonyms": ("anger", "disgusted", "fearful", "happiness", "sadness", "surprised", "neutrality"),
    "numbered words": ("0_angry", "1_disgust", "2_fear", "3_happy", "4_sad", "5_surprise", "6_neutral"),
    "words beside": ("angry faces", "Disgust-Images", "fear (2)", "face_happy", "sad 01", "SurpriseFaces", "Neutral."),
    "German": ("wütend", "Ekel", "Angst", "glücklich", "traurig", "Überraschung", "neutral"),
    "German without dots": ("Aerger", "angeekelt", "Furcht", "gluecklich", "Trauer", "ueberrascht", "Neutral"),
    "Spanish": ("enojo", "asco", "miedo", "felicidad", "tristeza", "sorpresa", "neutro"),
    "French": ("colère", "dégoût", "peur", "joie", "tristesse", "surprise", "neutre"),
    "Portuguese": ("raiva", "nojo", "medo", "alegria", "triste", "surpresa", "neutralidade"),
    "Italian": ("rabbia", "disgusto", "paura", "felicità", "tristezza", "sorpresa", "neutrale"),
}  # fmt: skip


def mma(root: Path) -> None:
    folders(root / "MMAFEDB", EMOTIONS, ("train", "valid", "test"))


def inverse(root: Path) -> None:
    for emotion in EMOTIONS:
        face(root / emotion / "train" / "a.png", emotion)
        face(root / emotion / "test" / "b.png", emotion, seed=1)


def with_litter(root: Path) -> None:
    folders(root, EMOTIONS)
    for folder in (root, root / "train", root / "train" / "angry"):
        for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._a.png", "ehthumbs.db"):
            write(folder / name, b"\0\0\0\1Bud1")
        write(folder / "__MACOSX" / "a.png", b"no picture")
        write(folder / "@eaDir" / "a.png", b"no picture")


def with_links(root: Path) -> None:
    folders(root / "elsewhere-on-the-disk", EMOTIONS)
    data = root / "data"
    data.mkdir()
    for split in ("train", "test"):
        (data / split).symlink_to(root / "elsewhere-on-the-disk" / split)
    (data / "train" / "angry" / "again").symlink_to(data)
    for path in (root / "elsewhere-on-the-disk").rglob("a.png"):
        path.rename(path.with_name("real.png"))
        path.symlink_to(path.with_name("real.png"))
        path.with_name("real.png").rename(root / f"{path.parent.parent.name}-{path.parent.name}.png")
        path.unlink()
        path.symlink_to(root / f"{path.parent.parent.name}-{path.parent.name}.png")


def by_person(root: Path) -> None:
    for split in ("train", "test"):
        for emotion in EMOTIONS:
            face(root / split / emotion / "kim" / "1.png", emotion)


CK_NUMBER = {"angry": 1, "disgust": 3, "fear": 4, "happy": 5, "sad": 6, "surprise": 7}


def ck_plus(root: Path, *, beside: bool = False, frame_name: str = "{name}.png") -> None:
    """Two people with a session of five frames for each emotion; neutral is what each begins with."""
    for person in ("S005", "S010", "S011"):
        for emotion, number in CK_NUMBER.items():
            session = f"{number:03d}"
            for frame in range(1, 6):
                shown = "neutral" if frame < 3 else emotion
                name = f"{person}_{session}_{frame:08d}"
                file = frame_name.format(name=name, frame=frame)
                face(root / "cohn-kanade-images" / person / session / file, shown)
            folder = root / ("cohn-kanade-images" if beside else "Emotion") / person / session
            write(folder / f"{name}_emotion.txt", f"\ufeff   {number}.0000000e+00\r\n".encode())
        face(root / "cohn-kanade-images" / person / "009" / f"{person}_009_00000001.png", "sad")


RAF_NUMBER = {"surprise": 1, "fear": 2, "disgust": 3, "happy": 4, "sad": 5, "angry": 6, "neutral": 7}


def raf_db(root: Path) -> None:
    rows = []
    for split in ("train", "test"):
        for emotion, number in RAF_NUMBER.items():
            face(root / "basic" / "Image" / "aligned" / f"{split}_{number:05d}_aligned.jpg", emotion)
            face(root / "basic" / "Image" / "original" / f"{split}_{number:05d}.jpg", "neutral", size=(30, 50))
            rows.append(f"{split}_{number:05d}.jpg {number}")
    write(root / "basic" / "EmoLabel" / "list_patition_label.txt", "\r\n".join([*rows, "", ""]).encode())


def plain_list(root: Path, *, name: str = "val.txt", stroke: str = " ") -> None:
    """Lists of a path and a word a line."""
    for split, file in (("train", name.replace("val", "train")), ("val", name)):
        lines = []
        for emotion in EMOTIONS:
            face(root / "pictures" / f"{split}-{EMOTIONS.index(emotion)}.png", emotion)
            lines.append(f"./pictures/{split}-{EMOTIONS.index(emotion)}.png{stroke}{emotion}")
        write(root / file, ("\n".join(lines) + "\n\n").encode())


def raf_db_numbers(root: Path) -> None:
    for split in ("train", "test"):
        for emotion, number in RAF_NUMBER.items():
            face(root / "DATASET" / split / str(number) / f"{split}_{number:05d}_aligned.jpg", emotion)


def raf_db_kaggle(root: Path) -> None:
    raf_db_numbers(root)
    for split in ("train", "test"):
        rows = (f"{split}_{number:05d}_aligned.jpg,{number}" for number in RAF_NUMBER.values())
        table(root, f"{split}_labels.csv", "image,label", rows)


AFFECT_NUMBER = {"neutral": 0, "happy": 1, "sad": 2, "surprise": 3, "fear": 4, "disgust": 5, "angry": 6}


def affectnet(root: Path) -> None:
    for split in ("train_set", "val_set"):
        for emotion, number in AFFECT_NUMBER.items():
            face(root / split / "images" / f"{number}.jpg", emotion)
            (root / split / "annotations").mkdir(exist_ok=True)
            for kind, value in (("exp", str(number)), ("val", "0.5"), ("aro", "0.5")):
                np.save(root / split / "annotations" / f"{number}_{kind}.npy", np.array(value))


def affectnet_lists(root: Path, *, header_in: tuple[str, ...] = ("training", "validation")) -> None:
    """The older lists: a face stands in a larger picture; 8 to 10 are no emotion."""
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal"
    for name in ("training", "validation"):
        rows = []
        for emotion, number in (*AFFECT_NUMBER.items(), *(("sad", number) for number in (8, 9, 10))):
            path = f"{number}/{name}{number}.jpg"
            picture = np.zeros((60, 90), np.uint8)
            picture[10:40, 20:50] = gray_of(emotion)
            target = root / "Manually_Annotated_Images" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(target, quality=100)
            rows.append(f'{path},20,10,30,30,"1;2",{number},0.1,0.2')
        first = [header] if name in header_in else []
        content = "\r\n".join([*first, *rows]) + "\r\n"
        write(root / "Manually_Annotated_file_lists" / f"{name}.csv", content.encode())


def affectnet_numbers(root: Path) -> None:
    for split in ("train_class", "val_class"):
        for emotion, number in AFFECT_NUMBER.items():
            face(root / split / f"class{number:03d}" / "a.jpg", emotion)


def yolo(
    root: Path, names: str = "names: ['Anger', 'Disgust', 'Fear', 'Happy', 'Neutral', 'Sad', 'Surprise']\n"
) -> None:
    order = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
    for split in ("train", "valid", "test"):
        for number, emotion in enumerate(order):
            face(root / split / "images" / f"{emotion}.png", emotion, size=(40, 60))
            write(root / split / "labels" / f"{emotion}.txt", f"{number} 0.5 0.5 0.6666 0.98\r\n".encode())
    write(root / "data.yaml", f"train: ../train/images\nnc: 7\n{names}".encode())


def yolo_listed(root: Path) -> None:
    yolo(root, "names:\n  0: Anger\n  1: Disgust\n  2: Fear\n  3: Happy\n  4: Neutral\n  5: Sad\n  6: Surprise\n")


def fer_plus(root: Path) -> None:
    order = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear")
    for split in ("FER2013Train", "FER2013Valid", "FER2013Test"):
        rows = []
        for number, emotion in enumerate(order):
            face(root / "data" / split / f"fer{number:07d}.png", emotion)
            votes = ["8" if index == number else "0" for index in range(10)]
            rows.append(f'fer{number:07d}.png,"(0, 0, 48, 48)",{",".join(votes)}')
        rows.append(f'fer0000000.png,"(0, 0, 48, 48)",{",".join("0" * 9)},9')
        write(root / "data" / split / "label.csv", ("\r\n".join(rows) + "\r\n").encode())


JAFFE_CODE = {
    "angry": "AN",
    "disgust": "DI",
    "fear": "FE",
    "happy": "HA",
    "sad": "SA",
    "surprise": "SU",
    "neutral": "NE",
}


def jaffe(root: Path) -> None:
    for person in ("KA", "KL", "YM"):
        for number, (emotion, code) in enumerate(JAFFE_CODE.items()):
            face(root / "jaffe" / f"{person}.{code}1.{number}.tiff", emotion)
    write(root / "jaffe" / "README", b"a text")


def kdef(root: Path) -> None:
    codes = {**JAFFE_CODE, "fear": "AF"}
    for person in ("F01", "M02"):
        for emotion, code in codes.items():
            face(root / f"A{person}" / f"A{person}{code}S.JPG", emotion)


def word_in_names(root: Path) -> None:
    for emotion in EMOTIONS:
        for person in ("01", "02"):
            face(root / f"Rafd090_{person}_Caucasian_female_{emotion}_frontal.jpg", emotion)


def own_table(root: Path, *, stroke: str = ";", encoding: str = "utf-8-sig", end: str = "\r\n") -> None:
    rows = []
    for split in ("train", "val"):
        for emotion in EMOTIONS:
            face(root / "bilder" / f"{split}_{emotion}.png", emotion)
            rows.append(stroke.join([f"bilder\\{split}_{emotion}.png", emotion.upper(), split, "x"]))
    table(root, "labels.csv", stroke.join(["File Name", "Emotion", "Split", "remark"]), rows, encoding, end)


def one_hot(root: Path, *, stroke: str = ", ", mark: str = "1") -> None:
    """Write what Roboflow exports for classification: a table beside each split's pictures, a column for each label."""
    for split in ("train", "valid"):
        rows = []
        for number, emotion in enumerate(EMOTIONS):
            face(root / split / f"{number}_jpg.rf.{number:032x}.jpg", emotion)
            marks = [mark if one == emotion else "0" for one in EMOTIONS]
            rows.append(stroke.join([f"{number}_jpg.rf.{number:032x}.jpg", *marks]))
        table(root / split, "_classes.csv", stroke.join(["filename", *map(str.title, EMOTIONS)]), rows)
