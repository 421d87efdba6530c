"""Who is alive is told from beats alone, on the observer's own clock."""

from webapp.domain.cluster.liveness import Life, Liveness


def observed(*steps: tuple[float, dict[str, tuple[str, int]]]) -> Liveness:
    liveness = Liveness()
    for now_s, beats in steps:
        liveness.observe(beats, now_s)
    return liveness


def test_whoever_was_only_seen_once_may_be_long_gone():
    assert observed((0, {"box": ("a", 7)})).of("box") is Life.UNKNOWN


def test_a_beat_that_rises_shows_life():
    assert observed((0, {"box": ("a", 7)}), (1, {"box": ("a", 8)})).of("box") is Life.ALIVE


def test_a_new_run_shows_life():
    assert observed((0, {"box": ("a", 7)}), (1, {"box": ("b", 0)})).of("box") is Life.ALIVE


def test_without_a_beat_for_five_seconds_it_is_lost():
    steps = [(0, {"box": ("a", 7)}), *((second, {"box": ("a", 8)}) for second in range(1, 6))]
    assert observed(*steps).of("box") is Life.ALIVE
    assert observed(*steps, (6, {"box": ("a", 8)})).of("box") is Life.SILENT


def test_one_that_is_long_gone_is_known_to_be_after_five_seconds():
    assert observed(*((second, {"box": ("a", 7)}) for second in range(6))).of("box") is Life.SILENT


def test_who_did_not_look_for_a_while_takes_nobody_for_lost():
    assert observed((0, {"box": ("a", 7)}), (1, {"box": ("a", 8)}), (60, {"box": ("a", 8)})).of("box") is Life.UNKNOWN


def test_a_machine_that_is_not_known_is_not_alive():
    assert observed((0, {})).of("box") is Life.UNKNOWN


def test_where_each_look_takes_three_seconds_the_lost_are_known_all_the_same():
    looks = [(3 * number, {"box": ("a", 7), "other": ("b", number)}) for number in range(4)]
    assert [observed(*looks).of(name) for name in ("box", "other")] == [Life.SILENT, Life.ALIVE]


def test_a_look_that_takes_four_seconds_alone_makes_nobody_lost():
    steps = [(0, {"box": ("a", 7)}), (1, {"box": ("a", 8)}), (2, {"box": ("a", 8)}), (6, {"box": ("a", 8)})]
    assert observed(*steps).of("box") is Life.ALIVE
