"""How long a camera is left alone that has refused a password: many lock out who is wrong five times in a row."""

_FIRST_S = 60.0
_LATER_S = 600.0


def refused_delay_s(refusals: int) -> float:
    """Return the seconds to wait before a camera is called again that has refused a log-in.

    Four attempts come in half an hour. A new password is tried at once, as is any other change of the camera.

    Args:
        refusals: how many there were in a row, from 1; the first may have met a camera that was still starting.
    """
    return _FIRST_S if refusals <= 1 else _LATER_S
