"""What doctor says of a Redis that is set."""

from pathlib import Path

from pydantic import SecretStr

from tests.servers import free_port
from tests.servers.cluster.redis_server import redis_server
from webapp.cli.doctor.findings import Level
from webapp.cli.doctor.redis_checks import check_redis
from webapp.settings import Settings


def test_where_none_is_set_nothing_is_said(settings: Settings) -> None:
    assert list(check_redis(settings)) == []


def test_one_that_answers_is_well_and_one_that_is_away_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as redis:
        with_redis = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        assert [one.level for one in check_redis(with_redis)] == [Level.OK]
        redis.kill()
        (finding,) = check_redis(with_redis)
    assert finding.level is Level.WARNING
    assert "127.0.0.1" not in finding.as_line()


def test_one_that_answers_and_keeps_nothing_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    from redis import Redis

    with redis_server(tmp_path / "redis") as redis, Redis.from_url(redis.url) as client:
        with_redis = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        client.config_set("maxmemory", "1kb")
        (full,) = check_redis(with_redis)
        assert (full.level, "full" in full.as_line()) == (Level.WARNING, True)
        client.config_set("maxmemory", "0")
        client.replicaof("127.0.0.1", str(free_port()))
        (copy,) = check_redis(with_redis)
        assert (copy.level, "copy" in copy.as_line()) == (Level.WARNING, True)


def test_an_address_that_cannot_be_used_is_an_error(settings: Settings) -> None:
    (finding,) = check_redis(settings.model_copy(update={"redis_url": SecretStr("http://:hush@192.0.2.1")}))
    assert finding.level is Level.ERROR
    assert "hush" not in finding.as_line()
