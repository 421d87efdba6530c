"""Anybody may send wrong passwords, and many at once: the others are served meanwhile."""

import http.client
import re
import threading
import time
from urllib.parse import urlencode

import pytest

from tests.support.running import RunningAmends, running_amends

pytestmark = [pytest.mark.slow, pytest.mark.security, pytest.mark.alone]

ADDRESSES = [f"127.0.0.{number}" for number in range(11, 19)]
TRIES_EACH = 10


@pytest.fixture
def amends(tmp_path):
    with running_amends(tmp_path, AMENDS_MODEL_THREADS="1", AMENDS_ANALYSIS_FPS="2") as running:
        yield running


def ask(amends: RunningAmends, method: str, path: str, address: str, body: str = "", cookie: str = "") -> tuple:
    line = http.client.HTTPConnection("127.0.0.1", amends.settings.port, timeout=60, source_address=(address, 0))
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    line.request(method, path, body, headers)
    answer = line.getresponse()
    read = answer.status, answer.read().decode(), answer.headers
    line.close()
    return read


def flood(amends: RunningAmends) -> tuple[list[threading.Thread], list[int]]:
    statuses: list[int] = []
    doors = []
    for address in ADDRESSES:
        _, page, headers = ask(amends, "GET", "/login", address)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
        doors.append((address, headers["Set-Cookie"].partition(";")[0], token))

    def guess(address: str, cookie: str, token: str, number: int) -> None:
        form = {"csrf_token": token, "name": f"guest {address} {number}", "password": f"wrong guess {number}"}
        statuses.append(ask(amends, "POST", "/login", address, urlencode(form), cookie)[0])

    threads = [threading.Thread(target=guess, args=(*door, n)) for door in doors for n in range(TRIES_EACH)]
    for thread in threads:
        thread.start()
    return threads, statuses


def test_health_is_answered_within_a_second_while_eighty_wrong_passwords_are_checked(amends):
    web = amends.pids("web")
    threads, statuses = flood(amends)
    slowest_s = 0.0
    while any(thread.is_alive() for thread in threads) or slowest_s == 0.0:
        began = time.monotonic()
        assert ask(amends, "GET", "/healthz", "127.0.0.1")[0] == 200
        slowest_s = max(slowest_s, time.monotonic() - began)
    for thread in threads:
        thread.join()
    assert slowest_s < 1.0, f"slowest answer {slowest_s:.2f} s"
    assert len(statuses) == len(ADDRESSES) * TRIES_EACH
    assert set(statuses) <= {401, 429, 503}
    assert amends.pids("web") == web
