"""What is told of a camera that rests between two calls."""

import time

from webapp.domain.cameras.refused_log_in import refused_delay_s
from webapp.runtime.slots.capture_notes import CaptureNotes, SlotCaptures


def test_the_next_call_is_known_also_in_the_long_rests_after_refused_log_ins(tmp_path):
    notes = CaptureNotes(tmp_path, 1)
    notes.tell(next_try_s=time.monotonic() + refused_delay_s(9))
    next_try_in_s = SlotCaptures(tmp_path).note(1).next_try_in_s
    assert next_try_in_s is not None
    assert next_try_in_s > 500
