"""What two web processes on one database and one Redis count together; each is an application of its own here."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from tests.fakes.web import picture
from tests.servers.cluster.killed_redis import sockets_collected
from tests.servers.cluster.redis_server import RedisServer, redis_server
from tests.support.clocks import FakeClock
from tests.support.kiosk_screens import NAMESPACE, KioskScreen, paired_screen, send
from tests.support.web_app import PASSWORD, WebApp, csrf_token
from webapp.errors import InputInvalid, TooManyTries
from webapp.services.cameras.camera_settings import CameraForm
from webapp.settings import Settings
from webapp.web.kiosk.kiosk_socket import end_unpaired_screens

JPEG = picture("at the desk")
pytestmark = pytest.mark.security


@pytest.fixture(autouse=True)
def _sockets_of_a_killed_redis() -> Iterator[None]:
    with sockets_collected():
        yield


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def two(settings: Settings, engine: Engine, clock: FakeClock, redis: RedisServer) -> tuple[WebApp, WebApp]:
    shared = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
    first, second = WebApp(shared, engine, clock), WebApp(shared, engine, clock)
    first.add_people()
    return first, second


def log_in(web: WebApp, name: str, password: str) -> int:
    client = web.app.test_client()
    token = csrf_token(client.get("/login").text)
    return client.post("/login", data={"csrf_token": token, "name": name, "password": password}).status_code


def test_wrong_passwords_count_for_the_name_on_both(two: tuple[WebApp, WebApp], clock: FakeClock) -> None:
    first, second = two
    assert [log_in(web, "alice", "wrong") for web in (first, second, first, second, first)] == [401] * 5
    assert log_in(second, "alice", PASSWORD) == 429
    clock.advance(2)
    assert log_in(second, "alice", PASSWORD) == 302


def test_who_signed_in_on_one_is_not_kept_out_by_strangers_on_the_other(two: tuple[WebApp, WebApp]) -> None:
    first, second = two
    assert log_in(first, "alice", PASSWORD) == 302
    now = first.clock.now()
    for _ in range(10):
        second.services.guesses.begin(second.services.guesses.of_login("alice", "192.0.2.9", now), now)
    assert log_in(second, "alice", PASSWORD) == 302


def test_wrong_codes_count_on_both(two: tuple[WebApp, WebApp], clock: FakeClock) -> None:
    first, second = two
    alice, began_at = first.services.accounts.find("alice").user_id, clock.now()
    with pytest.raises(InputInvalid, match="wrong"):
        first.services.second_factors.check(alice, "000000")
    with pytest.raises(InputInvalid, match="wait"):
        second.services.second_factors.check(alice, "000000")
    clock.advance(1)
    with pytest.raises(InputInvalid, match="wrong"):
        second.services.second_factors.check(alice, "000000")
    assert first.services.second_factors.wrong_since(alice, began_at) == 2


def test_a_challenge_that_was_answered_on_one_is_not_answered_on_the_other(two: tuple[WebApp, WebApp]) -> None:
    first, second = two
    now = first.clock.now()
    first.services.passkeys.take_challenge(b"once", now)
    second.services.passkeys.take_challenge(b"another", now)
    with pytest.raises(InputInvalid):
        second.services.passkeys.take_challenge(b"once", now)


def test_the_newest_screen_of_a_kiosk_is_the_one_that_sends_wherever_it_is_connected(
    two: tuple[WebApp, WebApp],
) -> None:
    first, second = two
    camera_id = first.services.cameras.add(CameraForm("Check-in", "kiosk:")).camera_id
    screen = paired_screen(first, camera_id)
    elsewhere = KioskScreen(second)
    elsewhere.client.set_cookie("amends_kiosk", screen.client.get_cookie("amends_kiosk").value)
    old = screen.socket()
    end_unpaired_screens(first.app)
    assert old.is_connected(NAMESPACE)
    new = elsewhere.socket()
    end_unpaired_screens(second.app)
    end_unpaired_screens(first.app)
    assert not old.is_connected(NAMESPACE)
    assert send(new, JPEG) == {"taken": True}


def test_a_screen_that_came_while_redis_was_away_stays_when_it_is_back(
    two: tuple[WebApp, WebApp], redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    monkeypatch.setattr("webapp.storage.shared.redis_link.AGAIN_S", 0.0)
    camera_id = first.services.cameras.add(CameraForm("Check-in", "kiosk:")).camera_id
    screen = paired_screen(first, camera_id)
    elsewhere = KioskScreen(second)
    elsewhere.client.set_cookie("amends_kiosk", screen.client.get_cookie("amends_kiosk").value)
    redis.kill()
    new = elsewhere.socket()
    redis.start()
    # What the other process had told before, and tells no more: it was killed.
    first.services.adapters.shared.change("kiosks", [str(camera_id)], lambda _: ["gone"], timedelta(minutes=1))
    end_unpaired_screens(second.app)
    end_unpaired_screens(second.app)
    assert new.is_connected(NAMESPACE)


def test_a_check_of_a_camera_is_seen_on_both_and_not_begun_anew_on_the_other(two: tuple[WebApp, WebApp]) -> None:
    first, second = two
    camera_id = first.add_camera("Lobby", "rtsp://192.0.2.10/live").camera_id
    works: list[Callable[[], None]] = []
    first.services.camera_help.start = works.append
    begun = first.services.camera_help.begin(camera_id, "root")
    assert second.services.camera_help.begin(camera_id, "bob").by == "root"
    assert second.checker.asked == []
    works[0]()
    assert second.services.camera_help.of(camera_id).run == begun
    with pytest.raises(TooManyTries):
        second.services.camera_help.begin(camera_id)


def test_a_check_whose_process_was_killed_can_be_begun_on_the_other(
    two: tuple[WebApp, WebApp], clock: FakeClock
) -> None:
    first, second = two
    camera_id = first.add_camera("Lobby", "rtsp://192.0.2.10/live").camera_id
    first.services.camera_help.start = lambda _work: None
    first.services.camera_help.begin(camera_id, "root")
    clock.advance(120)
    assert second.services.camera_help.of(camera_id).run is None
    assert second.services.camera_help.begin(camera_id, "bob").by == "bob"


def test_the_pages_and_the_log_in_work_while_redis_is_away(two: tuple[WebApp, WebApp], redis: RedisServer) -> None:
    redis.kill()
    browser = two[0].browser("alice")
    assert browser.client.get("/").status_code == 200
    assert [log_in(two[0], "bob", "wrong") for _ in range(6)] == [401] * 5 + [429]
    text = two[0].api("root")
    figures = text.client.get("/metrics", headers={"Authorization": f"Bearer {text.token}"}).text
    assert "amends_redis_away 1.0" in figures
