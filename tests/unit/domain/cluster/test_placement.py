"""Which machine watches which camera: nothing is left alone, nothing moves for nothing."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.cluster.placement import Place, PlacedCamera, balanced, place

COST = 0.17


def cameras(*nodes: str | None) -> list[PlacedCamera]:
    return [PlacedCamera(number, COST, node) for number, node in enumerate(nodes, start=1)]


def test_new_cameras_are_spread_by_what_each_machine_can_do():
    placed = place(cameras(*[None] * 9), [Place("small", 1.0), Place("large", 2.0)])
    assert sorted(placed.values()) == ["large"] * 6 + ["small"] * 3


def test_what_is_well_where_it_is_stays():
    assert place(cameras("a", "a", "a", None), [Place("a", 2.0), Place("b", 2.0)]) == {1: "a", 2: "a", 3: "a", 4: "b"}


def test_the_cameras_of_a_lost_machine_go_to_the_others():
    placed = place(cameras("lost", "lost", "a", "b"), [Place("a", 2.0), Place("b", 2.0)])
    assert placed == {1: "a", 2: "b", 3: "a", 4: "b"}


def test_a_machine_that_drains_is_left_where_another_one_takes_its_cameras():
    draining = Place("a", 2.0, is_left=True)
    assert place(cameras("a"), [draining, Place("b", 2.0)]) == {1: "b"}
    assert place(cameras("a"), [draining]) == {1: "a"}


def test_a_machine_of_which_nothing_is_known_yet_keeps_its_own_and_gets_no_others():
    unknown = Place("a", 2.0, takes_more=False)
    assert place(cameras("a", None), [unknown, Place("b", 2.0)]) == {1: "a", 2: "b"}
    assert place(cameras(None), [unknown]) == {}


def test_a_camera_that_is_bound_to_a_machine_goes_there_or_nowhere():
    bound = [PlacedCamera(1, COST, "a", only_node="b")]
    assert place(bound, [Place("a", 2.0), Place("b", 2.0)]) == {1: "b"}
    assert place(bound, [Place("a", 2.0)]) == {}


def test_no_camera_is_left_alone_because_all_are_busy():
    assert len(place(cameras(*[None] * 100), [Place("a", 1.0)])) == 100


def test_a_machine_that_has_come_gets_its_part_two_cameras_at_a_time():
    now = cameras("a", "a", "a", "a", "a", "a")
    assert balanced(now, [Place("a", 2.0), Place("b", 2.0)]) == {1: "b", 2: "b"}


def test_where_moving_a_camera_gains_nothing_none_moves():
    assert balanced(cameras("a", "a", "b"), [Place("a", 2.0), Place("b", 2.0)]) == {}
    assert balanced(cameras("a", "a"), [Place("a", 2.0), Place("b", 2.0, is_left=True)]) == {}
    assert balanced(cameras("a", "a"), []) == {}


_NODES = st.sampled_from(["a", "b", "c", None])
_PLACES = st.builds(
    Place, st.just(""), st.floats(0.5, 32.0), takes_more=st.booleans(), is_left=st.booleans()
)  # fmt: skip


@given(st.lists(_NODES, max_size=30), st.lists(_PLACES, min_size=1, max_size=3))
def test_moving_ends_and_makes_the_fullest_machine_no_fuller(nodes, drawn):
    places = [Place(name, one.capacity, one.takes_more, one.is_left) for name, one in zip("abc", drawn, strict=False)]
    now = cameras(*nodes)
    if any(one.takes_more and not one.is_left for one in places):
        placed = place(now, places)
        assert placed.keys() == {one.camera_id for one in now}
        now = [PlacedCamera(one.camera_id, one.cost, placed[one.camera_id]) for one in now]
    for _ in range(100):
        before = _fullest(now, places)
        moves = balanced(now, places)
        if not moves:
            break
        now = [PlacedCamera(one.camera_id, one.cost, moves.get(one.camera_id, one.node)) for one in now]
        assert _fullest(now, places) <= before
    else:
        raise AssertionError("cameras move for ever")


def _fullest(now: list[PlacedCamera], places: list[Place]) -> float:
    return max(sum(one.cost for one in now if one.node == place.node) / place.capacity for place in places)


def test_a_machine_that_is_full_of_bound_cameras_keeps_no_others_from_being_spread():
    bound = [PlacedCamera(number, COST, "a", "a") for number in range(1, 11)]
    free = [PlacedCamera(number, COST, "b") for number in range(11, 15)]
    places = [Place("a", 2.0), Place("b", 2.0), Place("c", 2.0)]
    assert balanced([*bound, *free], places) == {11: "c", 12: "c"}
