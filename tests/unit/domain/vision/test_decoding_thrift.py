"""Which cameras are decoded by their key pictures alone."""

from collections.abc import Callable

from webapp.domain.vision.decoding_thrift import DecodingNeed, DecodingThrift

Needs = list[DecodingNeed]


def busy(camera_id: int, analysed_fps: float, wanted_fps: float = 12.0) -> DecodingNeed:
    return DecodingNeed(camera_id, False, wanted_fps, analysed_fps)


def empty(*camera_ids: int) -> Needs:
    return [DecodingNeed(camera_id, True, 4.0, 1.0) for camera_id in camera_ids]


def over(thrift: DecodingThrift, needs_at: Callable[[float], Needs], begin_s: int, end_s: int) -> list[frozenset[int]]:
    """Ask twice a second; return what was chosen at each whole one."""
    return [thrift.choose(needs_at(half / 2), half / 2) for half in range(2 * begin_s, 2 * end_s)][::2]


def test_on_a_machine_with_time_left_all_is_decoded() -> None:
    chosen = over(DecodingThrift(), lambda _s: [busy(1, 11.8), *empty(2, 3, 4)], 0, 60)
    assert set(chosen) == {frozenset()}


def test_while_peoples_cameras_lack_time_more_and_more_empty_ones_are_spared() -> None:
    chosen = over(DecodingThrift(), lambda _s: [busy(1, 4.0), *empty(*range(2, 10))], 0, 60)
    sizes = [len(one) for one in chosen]
    assert sizes == sorted(sizes)
    assert sizes[:7] == [0] * 7
    assert (sizes[8], sizes[13], sizes[18]) == (3, 6, 8)
    assert chosen[-1] == frozenset(range(2, 10))


def test_no_more_are_spared_than_it_takes() -> None:
    thrift, spared = DecodingThrift(), frozenset[int]()

    def needs(_now_s: float) -> Needs:
        return [busy(1, 5.0 + len(spared)), *empty(*range(2, 14))]

    sizes = []
    for half in range(400):
        spared = thrift.choose(needs(half / 2), half / 2)
        sizes.append(len(spared))
    assert max(sizes) == 8
    assert set(sizes[200:]) == {6}, "those that were too many were given back"


def test_when_there_is_time_again_they_are_given_back_one_by_one() -> None:
    thrift = DecodingThrift()
    over(thrift, lambda _s: [busy(1, 4.0), *empty(*range(2, 6))], 0, 40)
    sizes = [len(one) for one in over(thrift, lambda _s: [busy(1, 12.0), *empty(*range(2, 6))], 40, 240)]
    assert sizes == sorted(sizes, reverse=True)
    assert {size: sizes.count(size) for size in (4, 3, 2, 1)} == {4: 30, 3: 30, 2: 30, 1: 30}
    assert sizes[-1] == 0


def test_a_short_want_of_time_is_none() -> None:
    chosen = over(DecodingThrift(), lambda s: [busy(1, 4.0 if s % 10 < 1.5 else 12.0), *empty(2, 3)], 0, 100)
    assert set(chosen) == {frozenset()}


def test_who_has_just_come_is_not_yet_counted_among_those_that_lack_time() -> None:
    def needs(now_s: float) -> Needs:
        comes = now_s % 10 < 4
        return [busy(1, 1.0) if comes else empty(1)[0], *empty(2, 3)]

    assert set(over(DecodingThrift(), needs, 0, 100)) == {frozenset()}


def test_a_camera_with_somebody_in_view_is_never_spared_and_one_that_has_just_become_empty_not_yet() -> None:
    thrift = DecodingThrift()
    over(thrift, lambda _s: [busy(1, 4.0), busy(2, 4.0), *empty(3)], 0, 30)
    chosen = over(thrift, lambda _s: [busy(1, 4.0), *empty(2, 3)], 30, 60)
    assert all(1 not in one for one in chosen)
    assert [2 in one for one in chosen].index(True) >= 5
    assert 2 not in over(thrift, lambda _s: [busy(1, 4.0), busy(2, 4.0), *empty(3)], 60, 61)[0]


def test_those_that_are_spared_stay_so() -> None:
    thrift = DecodingThrift()
    chosen = over(thrift, lambda _s: [busy(9, 10.0), *empty(*range(1, 9))], 0, 30)
    assert chosen[-1] == frozenset()
    first = over(thrift, lambda _s: [busy(9, 4.0), *empty(*range(1, 9))], 30, 34)[-1]
    assert len(first) == 3
    later = over(thrift, lambda _s: [busy(9, 11.0), *empty(*range(1, 9))], 34, 60)
    assert set(later) == {first}


def test_a_camera_that_is_gone_is_forgotten() -> None:
    thrift = DecodingThrift()
    over(thrift, lambda _s: [busy(1, 4.0), *empty(2)], 0, 30)
    assert over(thrift, lambda _s: [busy(1, 4.0)], 30, 31) == [frozenset()]
    assert over(thrift, lambda _s: [], 31, 32) == [frozenset()]
