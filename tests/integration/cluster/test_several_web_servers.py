"""Two web servers behind a small proxy, on one PostgreSQL and one Redis: for people they are one."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import browser, chromium
from tests.servers import free_port
from tests.servers.cluster.balancer import balancer
from tests.servers.cluster.redis_server import redis_server
from tests.servers.cluster.web_servers import (
    WAIT_S,
    WebServers,
    answers,
    dashboard,
    post,
    post_login,
    signed_in,
    token_of,
)
from tests.support.empty_database import postgres_database, shared_server
from tests.support.needs import needs_postgres
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import PASSWORD, REPOSITORY_DIR, running_amends, wait_until
from webapp.cli.processes.locks import FURTHER_WEB, NotNow, all_stopped, only_one

__all__ = ["browser", "chromium"]
pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServers]:
    needs_postgres()
    folder = tmp_path_factory.mktemp("servers")
    with redis_server(folder / "redis") as redis:
        settings = {"AMENDS_REDIS_URL": redis.url, "AMENDS_STREAM_MAX_PER_PERSON": "2"}
        settings["AMENDS_DATABASE_URL"] = postgres_database(shared_server())
        with running_amends(folder, AMENDS_LOGIN_ATTEMPTS_PER_MINUTE="100", **settings) as amends:
            running = WebServers(amends, redis)
            running.start_second()
            try:
                yield running
            finally:
                running.stop_second()


def test_an_alert_is_acknowledged_through_the_other_server_and_seen_within_a_second(servers: WebServers) -> None:
    session = signed_in(servers.first)
    with dashboard(servers.first, session, servers.event_ids()[-1]) as seen:
        servers.raise_alert()
        # The camera may come, go or slow down meanwhile, and be told of, too.
        opened_ids = lambda: [m["incident_id"] for name, m, _at in seen.events if name == "incident_opened"]  # noqa: E731
        wait_until(opened_ids, "the alert is there", 1)
        (incident_id,) = opened_ids()
        began_s = time.monotonic()
        answer = post(session, servers.second, f"/incidents/{incident_id}/acknowledge")
        assert answer.status_code == 200, answer.text
        acknowledged_s = lambda: seen.at_s("incident_acknowledged", incident_id)  # noqa: E731
        wait_until(acknowledged_s, "it is acknowledged", 2)
        assert acknowledged_s() - began_s < 1 * PATIENCE


def test_who_is_signed_in_on_one_is_signed_in_on_the_other_also_with_a_form_of_that_one(servers: WebServers) -> None:
    session = signed_in(servers.second, form=servers.first)
    for url in (servers.first, servers.second):
        assert session.get(f"{url}/account", timeout=WAIT_S, allow_redirects=False).status_code == 200
    with dashboard(servers.second, session, 0) as seen:
        token = token_of(session.get(f"{servers.first}/account", timeout=WAIT_S).text)
        session.post(f"{servers.first}/logout", data={"csrf_token": token}, timeout=WAIT_S)
        again = session.get(f"{servers.second}/account", timeout=WAIT_S, allow_redirects=False)
        assert again.status_code == 302, "what is signed out on one is signed out on the other"
        assert seen.connects


def test_live_views_are_counted_over_both(servers: WebServers) -> None:
    session = signed_in(servers.first)
    demo = servers.amends.installation.cameras.find("Demo").camera_id
    path = f"/cameras/{demo}/stream.mjpg"
    views = [session.get(f"{url}{path}", stream=True, timeout=WAIT_S) for url in (servers.first, servers.second)]
    assert [view.status_code for view in views] == [200, 200]
    time.sleep(6)  # They are kept for as long as they last.
    for url in (servers.first, servers.second):
        refused = session.get(f"{url}{path}", stream=True, timeout=WAIT_S)
        assert refused.status_code == 503, "two of one person are open"
    views[1].close()
    wait_until(
        lambda: session.get(f"{servers.first}{path}", stream=True, timeout=WAIT_S).status_code == 200,
        "the place of the view that was closed can be taken on the other server",
        5,
    )
    views[0].close()


def test_wrong_passwords_are_counted_over_both(servers: WebServers) -> None:
    guesser = requests.Session()
    urls = [servers.first, servers.second] * 4
    answered = [post_login(guesser, url, "Nobody", "wrong password") for url in urls]
    assert answered[:5] == [401] * 5
    assert 429 in answered[5:7], "five wrong ones are free, and not five on each"


def test_requests_are_limited_over_both(tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as redis:
        limit = {"AMENDS_REDIS_URL": redis.url, "AMENDS_LOGIN_ATTEMPTS_PER_MINUTE": "6"}
        with running_amends(tmp_path, **limit) as amends:
            servers = WebServers(amends, redis)
            servers.start_second()
            try:
                guesser, urls = requests.Session(), [servers.first, servers.second] * 4
                # Each another name: the brake on guessing has nothing to do with it.
                answered = [post_login(guesser, url, f"Nobody {i}", "wrong") for i, url in enumerate(urls)]
                assert answered == [401] * 6 + [429] * 2
                redis.kill()
                assert post_login(guesser, servers.first, "Nobody", "wrong") == 401, "alone, the server counts anew"
                assert away(servers) == [1.0, 1.0]
                redis.start()
                wait_until(lambda: away(servers) == [0.0, 0.0], "it is back", 10)
            finally:
                servers.stop_second()


def away(servers: WebServers) -> list[float]:
    """Return what each server's figures say of Redis, once they have noticed."""
    time.sleep(1.5)
    return [figure(servers, url, "amends_redis_away") for url in (servers.first, servers.second)]


def figure(servers: WebServers, url: str, name: str) -> float:
    """Return one of a server's figures."""
    token = servers.amends.installation.tokens.create(servers.amends.installation.accounts.find("admin").user_id)
    text = requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=WAIT_S).text
    return float(re.findall(rf"^{name} (.+)$", text, re.M)[0])


def test_one_is_killed_and_its_people_are_on_the_other_within_five_seconds_and_miss_nothing(
    servers: WebServers,
) -> None:
    session = signed_in(servers.first)
    with balancer(servers.second_port, servers.amends.settings.port) as proxy:
        began_id = servers.event_ids()[-1]
        with dashboard(proxy.url, session, began_id) as seen:
            assert proxy.taken == [servers.second_port]
            servers.raise_alert()
            wait_until(lambda: seen.events, "the alert is there", 1)
            servers.kill_second()
            killed_s = time.monotonic()
            raised = [servers.raise_alert() for _ in range(3)]
            wait_until(lambda: len(seen.connects) == 2, "it is back", 5)
            assert proxy.taken[-1] == servers.amends.settings.port
            wait_until(lambda: set(raised) <= set(seen.ids()), "all is there", 5)
            assert time.monotonic() - killed_s < 5 * PATIENCE
            wanted = [event_id for event_id in servers.event_ids() if event_id > began_id]
            wait_until(lambda: seen.ids() == wanted, f"{wanted} came, each once and in order: {seen.ids()}", 3)
            assert seen.reloads == 0
        servers.start_second()
        assert session.get(f"{servers.second}/account", timeout=WAIT_S, allow_redirects=False).status_code == 200


@contextmanager
def nginx(folder: Path, first_port: int, second_port: int) -> Iterator[str]:
    """Run what docs/cluster.md has for nginx; without HTTPS, on ports of loopback."""
    page, port = (REPOSITORY_DIR / "docs/cluster.md").read_text(), free_port()
    upstream = re.findall(r"```nginx\n(.*?)```", page, re.S)[0]
    for told, here in (("192.0.2.10:8000", first_port), ("192.0.2.11:8001", second_port)):
        assert told in upstream
        upstream = upstream.replace(told, f"127.0.0.1:{here}")
    paths = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}} http {{ access_log off; {paths}\n"
        'map $http_upgrade $connection_upgrade { default upgrade; "" ""; }\n'
        f"{upstream} server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://amends; proxy_http_version 1.1;"
        " proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_buffering off;"
        " proxy_set_header Connection $connection_upgrade; proxy_connect_timeout 2s; }}}"
    )
    process = subprocess.Popen(["nginx", "-e", f"{folder}/log", "-c", f"{folder}/nginx.conf"])
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}"), "the proxy answers", 10)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not here")
def test_behind_nginx_as_it_is_documented_people_go_on_with_the_other_server(
    servers: WebServers, tmp_path: Path
) -> None:
    with nginx(tmp_path, servers.amends.settings.port, servers.second_port) as url:
        for _ in range(30):  # Until somebody's cookie leads to the second one.
            session = signed_in(servers.first)
            with dashboard(url, session, servers.event_ids()[-1]) as seen:
                if figure(servers, servers.second, "amends_connected_clients") == 0:
                    continue
                servers.kill_second()
                killed_s = time.monotonic()
                missed = servers.raise_alert()
                wait_until(partial(seen.has, missed), "what was missed is there", 5)
                assert time.monotonic() - killed_s < 5 * PATIENCE
            servers.start_second()
            return
        raise AssertionError("nobody's cookie led to the second server")


@needs_browser
@pytest.mark.browser
def test_a_browser_goes_on_with_the_other_server(servers: WebServers, browser: Browser) -> None:
    with balancer(servers.second_port, servers.second_port) as proxy:
        context = browser.new_context()
        form = {"csrf_token": token_of(context.request.get(f"{proxy.url}/login").text())}
        context.request.post(f"{proxy.url}/login", form=form | {"name": "admin", "password": PASSWORD})
        page = context.new_page()
        page.goto(f"{proxy.url}/")
        expect(page.locator("#queue")).to_be_visible()
        servers.raise_alert()
        expect(card_of_newest(servers, page)).to_be_attached(timeout=2_000 * PATIENCE)
        proxy.targets[:] = [servers.second_port, servers.amends.settings.port]
        servers.kill_second()
        killed_s = time.monotonic()
        servers.raise_alert()
        expect(card_of_newest(servers, page)).to_be_attached(timeout=5_000 * PATIENCE)
        assert time.monotonic() - killed_s < 5 * PATIENCE
    servers.start_second()


def card_of_newest(servers: WebServers, page: Page) -> Locator:
    newest = max(one.incident_id for one in servers.amends.installation.incidents.open_incidents())
    return page.locator(f"#alert-{newest}")


def test_a_server_that_finds_no_keys_or_no_database_is_not_started(servers: WebServers, tmp_path: Path) -> None:
    elsewhere = servers.amends.environment | {
        "AMENDS_DATA_DIR": str(tmp_path / "elsewhere"),
        "AMENDS_RUNTIME_DIR": str(tmp_path / "slots"),
        "AMENDS_DATABASE_URL": postgres_database(shared_server(), "template0"),
    }
    said = failed_start(elsewhere)
    assert "Expected session.key and credentials.key in" in said
    for name in ("session.key", "credentials.key"):
        (tmp_path / "elsewhere" / name).write_bytes(b"k" * 32)
    assert "The database is not ready" in failed_start(elsewhere)
    assert "is already running" in failed_start(servers.amends.environment, port=servers.second_port)


def test_none_is_started_beneath_what_puts_another_database_in_place_nor_that_beneath_one(
    servers: WebServers, tmp_path: Path
) -> None:
    own = servers.amends.settings.model_copy(update={"data_dir": tmp_path})
    with all_stopped(own):
        said = failed_start(servers.amends.environment | {"AMENDS_DATA_DIR": str(tmp_path)})
        assert "further-web" in said
    with pytest.raises(NotNow, match="further-web"), only_one(servers.amends.settings, FURTHER_WEB):
        pass


def failed_start(environment: dict[str, str], port: int | None = None) -> str:
    command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "web", "--port", str(port or free_port())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == os.EX_TEMPFAIL, done.stderr
    return done.stderr
