"""The way between relays, through a real Redis that goes away, hangs, and comes back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.servers.cluster.redis_server import RedisServer, redis_server
from tests.servers.cluster.tcp_proxy import tcp_proxy
from tests.support.patience import PATIENCE
from tests.support.running import wait_until
from webapp.storage.shared.redis_link import AGAIN_S, TIMEOUT_S, RedisLink
from webapp.storage.shared.redis_relay import KEPT_S, RedisRelay

MOST_BYTES = 1000


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(autouse=True)
def empty(redis: RedisServer) -> None:
    RedisLink(redis.url).client.flushall()


def way(url: str, node: str) -> RedisRelay:
    return RedisRelay(RedisLink(url, meanwhile="nothing is shown", again="all is shown"), node, MOST_BYTES)


def heads_of(one: RedisRelay, head: bytes = b"here") -> dict[str, bytes]:
    told = one.exchange(head, {})
    return dict(told.by_node) if told else {}


def test_machines_find_each_other_and_their_newest_values(redis: RedisServer) -> None:
    left, right = way(redis.url, "left"), way(redis.url, "right")
    assert left.exchange(b"of left", {"live:7": b"one"}) is not None
    heads_of(right)
    left.exchange(b"of left now", {"live:7": b"two"})
    assert heads_of(right) == {"left": b"of left now"}
    assert right.fetch([("left", "live:7"), ("left", "live:8")]) == [b"two", b""]
    assert left.sent_bytes == len(b"of left" + b"one" + b"of left now" + b"two")
    assert right.received_bytes == len(b"of left now" + b"two")
    left.leave()
    assert heads_of(right) == {}


def test_all_machines_know_the_time_of_the_server(redis: RedisServer) -> None:
    told = way(redis.url, "left").exchange(b"", {})
    assert told is not None
    assert abs(told.server_s - time.time()) < 1
    assert told.asked_s <= told.answered_s <= time.monotonic()


def test_what_is_not_written_anew_is_forgotten_by_redis_itself(redis: RedisServer) -> None:
    left = way(redis.url, "left")
    left.exchange(b"of left", {"live:7": b"one"})
    client = RedisLink(redis.url).client
    kept = {name: client.pttl(name) for name in client.keys("amends:relay:*:left*")}
    assert set(kept) == {b"amends:relay:head:left", b"amends:relay:value:left:live:7"}
    assert all(0 < left_ms <= KEPT_S * 1000 for left_ms in kept.values())


def test_a_strangers_value_is_read_no_further_and_a_strangers_name_not_at_all(redis: RedisServer) -> None:
    left, client = way(redis.url, "left"), RedisLink(redis.url).client
    now_s = client.time()[0]
    client.zadd("amends:relay:nodes", {"../../etc": now_s, "a:b": now_s, b"\xff": now_s, "fine": now_s})
    client.set("amends:relay:head:fine", b"x" * 5000)
    heads_of(left)
    assert {node: len(head) for node, head in heads_of(left).items()} == {"fine": MOST_BYTES + 1}


def test_a_redis_that_hangs_is_waited_for_once_and_it_is_said_once(redis: RedisServer) -> None:
    with tcp_proxy(redis.port) as proxy, capture_logs() as logs:
        left = way(f"redis://127.0.0.1:{proxy.port}/0", "left")
        assert left.exchange(b"head", {}) is not None
        proxy.mode = "hang"
        time.sleep(0.1)  # What is just on its way comes through.
        began_s = time.monotonic()
        for _ in range(20):
            assert left.exchange(b"head", {"large:7": b"picture"}) is None
            assert left.fetch([("right", "live:7")]) == [b""]
        assert time.monotonic() - began_s < (TIMEOUT_S + 0.5) * PATIENCE
        assert left.is_away
        proxy.mode = "pass"
        wait_until(lambda: left.exchange(b"head", {}) is not None, "it is back", AGAIN_S + 2)
    assert [(line["event"], line.get("meanwhile", line.get("now"))) for line in logs] == [
        ("redis_away", "nothing is shown"),
        ("redis_back", "all is shown"),
    ]


def test_a_redis_that_was_killed_finds_all_machines_anew(tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as own:
        left, right = way(own.url, "left"), way(own.url, "right")
        own.kill()
        assert heads_of(left) == {}
        own.start()
        wait_until(lambda: all([heads_of(right), heads_of(left)]), "they find each other", 10)
