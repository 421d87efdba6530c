"""What the figures of this package share."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def new_figure(width: float, height: float) -> "Figure":
    """Return a figure, its sides in inches, that belongs to no window and to no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def show_face(axes: "Axes", face_gray: npt.NDArray[np.uint8] | None) -> None:
    """Draw a face, uint8 (S, S), without axes; nothing for None."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if face_gray is not None:
        axes.imshow(face_gray, cmap="gray", vmin=0, vmax=255)
