"""What the page about proxies has for nginx and Caddy, run as it stands there: only names, ports, files are others."""

import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import browser, chromium
from tests.browser.web_running import running_web
from tests.servers import free_port
from tests.servers.web_server import write_certificate
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.web_app import PASSWORD
from webapp.settings import REPOSITORY_DIR

__all__ = ["browser", "chromium"]
pytestmark = [pytest.mark.browser, needs_browser]
BLOCK = re.compile(r"```\w*\n(.*?)```", re.S)


def examples(heading: str) -> list[str]:
    """Return the blocks of a chapter."""
    page = (REPOSITORY_DIR / "docs/proxies.md").read_text()
    return BLOCK.findall(page.partition(f"## {heading}\n")[2].partition("\n## ")[0])


def nginx(folder: Path, port: int, amends_port: int, *, is_beneath_a_path: bool) -> list[str]:
    whole, beneath = examples("nginx")
    if is_beneath_a_path:
        begin = beneath[: beneath.index("        # …")]
        whole = re.sub(r"    location / \{\n.*?;\n", lambda _found: begin, whole, count=1, flags=re.S)
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "amends.example": "localhost",
        "/etc/ssl/amends.pem": str(write_certificate(folder / "both.pem", "localhost")),
        "/etc/ssl/amends.key": str(folder / "both.pem"),
        "127.0.0.1:8000": f"127.0.0.1:{amends_port}",
        "Host $host": "Host $http_host",  # As the page says for other ports than 443.
    }
    around = f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}} http {{ access_log off;\n%s\n}}"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(around % (paths + changed(whole, changes)))
    return ["nginx", "-e", f"{folder}/log", "-c", f"{folder}/nginx.conf"]


def caddy(folder: Path, port: int, amends_port: int, *, is_beneath_a_path: bool) -> list[str]:
    text = examples("Caddy")[is_beneath_a_path]
    certificate = write_certificate(folder / "both.pem", "localhost")
    changes = {"127.0.0.1:8000": f"127.0.0.1:{amends_port}", "    tls internal\n": ""}
    begin = f"https://localhost:{port} {{\n    tls {certificate} {certificate}\n"
    text = changed(re.sub(r"^\w+\.example \{\n", begin, text), changes)
    options = "{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}\n"
    (folder / "Caddyfile").write_text(options + text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"]


def changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


@contextmanager
def started(command: list[str], port: int, folder: Path) -> Iterator[None]:
    own = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=own)
        try:
            wait_for(f"https://localhost:{port}/", process)
            yield
        finally:
            process.terminate()
            process.wait(10)


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    context = ssl._create_unverified_context()  # noqa: S323 - the certificate was made just now.
    ends_at_s = time.monotonic() + 10 * PATIENCE
    while time.monotonic() < ends_at_s:
        assert process.poll() is None, "the proxy did not start"
        with suppress(OSError):
            urllib.request.urlopen(url, context=context, timeout=5)
            return
        time.sleep(0.1)


@pytest.mark.parametrize("is_beneath_a_path", [False, True])
@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(
            one, marks=pytest.mark.skipif(not shutil.which(one.__name__), reason=f"{one.__name__} is not here")
        )
        for one in (nginx, caddy)
    ],
)
def test_an_alert_comes_through_a_websocket_and_the_picture_moves(
    browser: Browser, tmp_path: Path, proxy: Callable[..., list[str]], is_beneath_a_path: bool
) -> None:
    port = free_port()
    with running_web(tmp_path / "web", https_only=True) as running:
        camera = running.add_online_camera("Bar")
        command = proxy(tmp_path, port, running.port, is_beneath_a_path=is_beneath_a_path)
        with started(command, port, tmp_path):
            root = f"https://localhost:{port}" + ("/amends" if is_beneath_a_path else "")
            page = browser.new_context(ignore_https_errors=True).new_page()
            sockets: list[str] = []
            page.on("websocket", lambda socket: sockets.append(socket.url))
            page.goto(f"{root}/login" if not is_beneath_a_path else root)
            page.get_by_label("Name").fill("bob")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(f"{root}/")
            running.web.add_incident(camera)
            expect(page.locator(".alert-card")).to_be_visible()
            expect(page.locator("#slower")).to_be_hidden()
            page.get_by_role("button", name="Acknowledge").click()
            expect(page.locator("#toasts")).to_contain_text("You are taking care of Bar.")
            page.goto(f"{root}/cameras/{camera.camera_id}")
            page.wait_for_function("() => document.getElementById('stream').naturalWidth > 0")
            assert sockets
            assert all(address.startswith(root.replace("https", "wss") + "/socket.io/") for address in sockets)
            cookies = page.context.cookies()
            assert {cookie["path"] for cookie in cookies} == {"/amends" if is_beneath_a_path else "/"}
            assert all(cookie["secure"] for cookie in cookies)
            page.context.close()
