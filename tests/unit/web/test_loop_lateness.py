from tests.support.clocks import FakeClock
from webapp.web.live.loop_lateness import LoopLateness


def test_the_worst_of_the_last_minute_is_kept_and_then_forgotten():
    clock = FakeClock()
    lateness = LoopLateness(clock_s=lambda: clock.now().timestamp())
    assert lateness.worst_s == 0
    lateness.sleep(lambda seconds: clock.advance(seconds + 3), 1)
    assert lateness.worst_s == 3
    for _ in range(60):
        lateness.sleep(clock.advance, 1)
    assert lateness.worst_s == 0
