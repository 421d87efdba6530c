"""Draws where the delivered network goes wrong, on a public-domain portrait: `python -m tests.tour.failures`.

The portrait is Eileen Collins's by NASA, which scikit-image ships. She smiles; what bad pictures make of that is
written into `docs/img/failures.png`.
"""

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from skimage import data

from model.evaluation.degradations import blurred, noisy, shrunk, tilted, with_brightness
from model.inference import load_emotion_model
from model.labels import EMOTIONS
from model.preprocessing import crop_faces
from webapp.settings import REPOSITORY_DIR
from webapp.vision.faces.haar import HaarFaceDetector

PICTURE = REPOSITORY_DIR / "docs" / "img" / "failures.png"
_COLUMNS = 5
_WRONG, _RIGHT = "#b3261e", "#1a6b3c"
Faces = npt.NDArray[np.uint8]


def main() -> None:
    """Draw the picture."""
    model = load_emotion_model()
    shown = conditions(portrait(model.manifest.size_px, model.manifest.margin))
    figure, places = plt.subplots(-(-len(shown) // _COLUMNS), _COLUMNS, figsize=(10, 5), layout="constrained")
    for place, (words, face) in zip(places.flat, shown.items(), strict=True):
        scores = model.predict(face)[0]
        emotion = EMOTIONS[int(scores.argmax())]
        place.imshow(face[0], cmap="gray", vmin=0, vmax=255)
        place.set_axis_off()
        place.set_title(words, fontsize=9)
        colour = _RIGHT if emotion == "happy" else _WRONG
        place.text(0.5, -0.09, f"{emotion} {scores.max():.0%}, angry {scores[0]:.0%}", color=colour, fontsize=9,
                   ha="center", transform=place.transAxes)  # fmt: skip
    figure.savefig(PICTURE, dpi=100, metadata={"Software": None})


def portrait(size_px: int, margin: float) -> Faces:
    """Return the portrait's face as the product crops it, uint8, (1, size_px, size_px)."""
    image_bgr = np.ascontiguousarray(data.astronaut()[:, :, ::-1])
    found, image_gray = HaarFaceDetector().detect(image_bgr)
    largest = np.argmax(found.boxes_xyxy[:, 2] - found.boxes_xyxy[:, 0])
    return np.asarray(crop_faces(image_gray, found.boxes_xyxy[[largest]], margin=margin, size_px=size_px), np.uint8)


def conditions(face: Faces) -> dict[str, Faces]:
    """Return the face as it is and as bad cameras give it."""
    return {
        "as it is": face,
        "12 pixels wide": shrunk(face, 12),
        "5 pixels wide": shrunk(face, 5),
        "blurred by 3 pixels": blurred(face, 3),
        "blurred by 6 pixels": blurred(face, 6),
        "noise of 20 levels": noisy(face, 20),
        "noise of 40 levels": noisy(face, 40),
        "a twentieth of the light": with_brightness(face, 0.05),
        "with a mask": masked(face),
        "upside down": tilted(face, 180),
    }


def masked(face: Faces) -> Faces:
    """Return the face with everything below the nose covered in grey."""
    covered = face.copy()
    covered[:, int(0.58 * face.shape[1]) :] = 120
    return covered


if __name__ == "__main__":
    main()
