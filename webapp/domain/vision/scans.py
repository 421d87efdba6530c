"""How much of a picture is searched for faces that nobody expects."""

from enum import IntEnum


class Scan(IntEnum):
    """Each does what those before it do, and more."""

    NONE = 0
    PART = 1  # One part in turn: a square of it, or the picture as a whole, in which small faces are too small.
    TILED = 2  # All parts.
    THOROUGH = 3  # And by every means: for stills, for which there is time.
