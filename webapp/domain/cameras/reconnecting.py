"""How long to wait before a camera is called again."""

import random

# go2rtc's schedule: quick at first, patient later, for ever.
_BACK_OFF_S = (1.0,) * 5 + (5.0,) * 5 + (10.0,) * 10
_BACK_OFF_LAST_S = 60.0


def reconnect_delay_s(attempt: int, *, jitter: float = 0.1) -> float:
    """Return the seconds to wait before a camera is called again.

    Args:
        attempt: failed attempts so far in a row, from 1.
        jitter: share of the delay, in [0, 1], by which it varies, so that twenty cameras do not call at once.
    """
    index = max(attempt, 1) - 1
    delay_s = _BACK_OFF_S[index] if index < len(_BACK_OFF_S) else _BACK_OFF_LAST_S
    return delay_s * random.uniform(1 - jitter, 1 + jitter)  # noqa: S311 - spreading load, not a secret.
