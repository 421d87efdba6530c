"""What web processes count together: the same in Redis, and in memory where there is one process or Redis is away."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.servers import free_port
from tests.servers.cluster.redis_server import RedisServer, redis_server
from tests.support.running import wait_until
from webapp.services.local_state import LocalState
from webapp.services.ports import PlaceRefusal, SharedState
from webapp.storage.shared.redis_link import AGAIN_S, TIMEOUT_S, RedisLink
from webapp.storage.shared.redis_places import KEPT_S, RedisPlaces
from webapp.storage.shared.redis_state import RedisState

HOUR = timedelta(hours=1)
ALICE, BOB = 7, 8


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def state(request: pytest.FixtureRequest) -> SharedState:
    if request.param == "memory":
        return LocalState()
    return RedisState(RedisLink(request.getfixturevalue("redis").url))


def add(state: SharedState, key: str, area: str = "test", keep: timedelta = HOUR) -> int:
    """Count one more, and return how many there are."""
    counted: list[int] = []

    def to(stored: Sequence[str | None]) -> Sequence[str | None]:
        counted[:] = [int(stored[0] or 0) + 1]
        return [str(counted[0])]

    state.change(area, [key], to, keep)
    return counted[0]


def test_a_value_stays_until_it_is_replaced(state: SharedState) -> None:
    assert [add(state, "stays") for _ in range(3)] == [1, 2, 3]
    assert add(state, "stays", area="other") == 1
    state.change("test", ["stays", "none"], lambda stored: [None, stored[0]], HOUR)
    assert add(state, "stays") == 1
    assert add(state, "none") == 4


def test_the_oldest_go_where_there_is_no_more_room_in_memory() -> None:
    state = LocalState(most_remembered=2)
    for key in ("a", "b", "a", "c"):
        add(state, key)
    assert (add(state, "a"), add(state, "b")) == (3, 1)


def test_two_processes_count_together(redis: RedisServer) -> None:
    first, second = (RedisState(RedisLink(redis.url)) for _ in range(2))
    assert [add(one, "both") for one in (first, second, first)] == [1, 2, 3]


def test_nothing_is_lost_where_many_count_at_once(redis: RedisServer) -> None:
    states = [RedisState(RedisLink(redis.url)) for _ in range(4)]
    threads = [threading.Thread(target=lambda one=one: [add(one, "many") for _ in range(25)]) for one in states]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert add(states[0], "many") == 101


def test_a_value_is_forgotten_in_the_end(redis: RedisServer) -> None:
    state = RedisState(RedisLink(redis.url))
    add(state, "brief", keep=timedelta(milliseconds=100))
    wait_until(lambda: add(RedisState(RedisLink(redis.url)), "brief", keep=timedelta(milliseconds=1)) == 1, "it goes")


def test_without_redis_each_process_counts_for_itself_and_says_so_once() -> None:
    link = RedisLink(f"redis://:hush@127.0.0.1:{free_port()}/0")
    state = RedisState(link)
    with capture_logs() as logs:
        assert [add(state, "alone") for _ in range(3)] == [1, 2, 3]
    assert state.is_away
    assert [line["event"] for line in logs] == ["redis_away"]
    assert "hush" not in str(logs)


def test_what_was_counted_before_redis_went_away_still_counts_here_and_it_comes_back(tmp_path: Path) -> None:
    now_s = [0.0]
    with redis_server(tmp_path / "redis") as redis:
        state = RedisState(RedisLink(redis.url, monotonic_s=lambda: now_s[0]))
        assert [add(state, "steady") for _ in range(2)] == [1, 2]
        redis.kill()
        assert add(state, "steady") == 3
        redis.start()
        assert add(state, "steady") == 4, "it is not asked again at once"
        assert state.is_away
        now_s[0] += AGAIN_S
        with capture_logs() as logs:
            state.check()
        assert not state.is_away
        assert [line["event"] for line in logs] == ["redis_back"]


def test_a_redis_that_hangs_is_waited_for_once(tmp_path: Path) -> None:
    from tests.servers import silent_server

    with silent_server() as port:
        state = RedisState(RedisLink(f"redis://127.0.0.1:{port}/0"))
        took_s = wait_until(lambda: add(state, "silent") == 1, "it is given up", 5)
        assert took_s < 3
        assert wait_until(lambda: add(state, "silent") == 2, "nobody waits", 5) < 0.1


def test_while_it_hangs_one_finds_out_whether_it_is_back_and_nobody_else_waits() -> None:
    from tests.servers import silent_server

    now_s = [0.0]
    with silent_server() as port:
        state = RedisState(RedisLink(f"redis://127.0.0.1:{port}/0", monotonic_s=lambda: now_s[0]))
        add(state, "first")
        now_s[0] += AGAIN_S
        took_s: list[float] = []

        def ask() -> None:
            began_s = time.monotonic()
            add(state, "many")
            took_s.append(time.monotonic() - began_s)

        threads = [threading.Thread(target=ask) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(one_s > TIMEOUT_S / 2 for one_s in took_s) == 1


def test_one_that_is_full_is_away_until_there_is_room(tmp_path: Path) -> None:
    now_s = [0.0]
    with redis_server(tmp_path / "redis") as redis:
        link = RedisLink(redis.url, monotonic_s=lambda: now_s[0])
        state = RedisState(link)
        assert add(state, "full") == 1
        link.client.config_set("maxmemory", "1kb")
        with capture_logs() as logs:
            for expected in (2, 3, 4):
                assert add(state, "full") == expected
                now_s[0] += AGAIN_S
                state.check()
        assert [line["event"] for line in logs] == ["redis_away"], "it is said once"
        assert state.is_away
        link.client.config_set("maxmemory", "0")
        now_s[0] += AGAIN_S
        state.check()
        assert not state.is_away


def test_places_are_counted_over_all_processes(redis: RedisServer) -> None:
    first, second = (RedisPlaces(RedisLink(redis.url), "counted") for _ in range(2))
    assert first.take("a", ALICE, most=3, most_per_person=2) is None
    assert second.take("b", ALICE, most=3, most_per_person=2) is None
    assert first.take("c", ALICE, most=3, most_per_person=2) is PlaceRefusal.OWN_TAKEN
    assert first.take("d", BOB, most=3, most_per_person=2) is None
    assert second.take("e", BOB, most=3, most_per_person=2) is PlaceRefusal.ALL_TAKEN
    first.leave("a", ALICE)
    first.leave("a", ALICE)
    assert second.take("e", BOB, most=3, most_per_person=2) is None


def test_nobodys_places_are_those_of_one_whose_number_begins_alike(redis: RedisServer) -> None:
    places = RedisPlaces(RedisLink(redis.url), "alike")
    assert places.take("a", 71, most=9, most_per_person=1) is None
    assert places.take("b", 7, most=9, most_per_person=1) is None


@pytest.mark.slow
def test_a_process_that_was_killed_gives_up_its_places_and_one_that_lives_keeps_them(redis: RedisServer) -> None:
    killed, alive = (RedisPlaces(RedisLink(redis.url), "killed") for _ in range(2))
    killed.take("a", ALICE, most=2, most_per_person=2)
    alive.take("b", BOB, most=2, most_per_person=2)

    def is_free() -> bool:
        alive.keep([("b", BOB)])
        return alive.take("c", BOB, most=2, most_per_person=2) is None

    assert wait_until(is_free, "the place is free", KEPT_S + 2) > KEPT_S - 1
    assert alive.take("d", BOB, most=2, most_per_person=2) is PlaceRefusal.ALL_TAKEN


def test_places_come_back_with_a_redis_that_was_empty(tmp_path: Path) -> None:
    now_s = [0.0]
    with redis_server(tmp_path / "redis") as redis:
        places = RedisPlaces(RedisLink(redis.url, monotonic_s=lambda: now_s[0]), "emptied")
        assert places.take("a", ALICE, most=1, most_per_person=1) is None
        redis.kill()
        assert places.take("b", BOB, most=1, most_per_person=1) is None, "who cannot be counted is let in"
        redis.start()
        now_s[0] += AGAIN_S
        places.keep([("a", ALICE)])
        assert places.take("c", BOB, most=1, most_per_person=1) is PlaceRefusal.ALL_TAKEN
