"""What doctor says of a Redis that is set."""

from pathlib import Path

from pydantic import SecretStr

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


def test_an_address_that_cannot_be_used_is_an_error(settings: Settings) -> None:
    (finding,) = check_redis(settings.model_copy(update={"redis_url": SecretStr("http://:hush@192.0.2.1")}))
    assert finding.level is Level.ERROR
    assert "hush" not in finding.as_line()
