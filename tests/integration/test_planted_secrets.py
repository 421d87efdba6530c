"""Secrets are planted in the running product and looked for wherever somebody could read: they are in none of it.

Looked through are the logs at their wordiest, every page an admin can open, answers to mistakes, the API and the
metrics, the database's files, a backup, and the command line and environment of every process.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import pytest
import requests

from tests.servers.smtp_server import MailBox, mail_server
from tests.servers.web_server import sends, web_server
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.web_app import csrf_token
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.site.site import Site
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = [pytest.mark.slow, pytest.mark.security]
PAGES = (
    "/", "/account", "/incidents", "/insights", "/summary", "/advice", "/model", "/notice", "/dashboard.json",
    "/admin/cameras", "/admin/cameras/1", "/admin/cameras/2", "/admin/cameras/3", "/cameras/2/help", "/cameras/3/help",
    "/admin/users", "/admin/tokens", "/admin/mail", "/admin/restore",
    "/admin/sessions", "/admin/audit", "/admin/backups", "/admin/system", "/admin/notice", "/admin/rules", "/metrics",
    "/readyz", "/api/v1/openapi.json", "/incidents.csv", "/incidents.json",
)  # fmt: skip


@dataclass
class Visitor:
    """An admin at work, who keeps what was answered."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)
    answers: dict[str, bytes] = field(default_factory=dict)

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form; what it answers may show a new secret once, and is not kept."""
        token = csrf_token(self.session.get(f"{self.url}/account").text)
        return self.session.post(f"{self.url}{path}", data={"csrf_token": token, **fields}, timeout=30)

    def keep(self, method: str, path: str, **more: object) -> None:
        """Ask for something and keep the answer."""
        answer = self.session.request(method, self.url + path, timeout=30, **more)  # type: ignore[arg-type]
        self.answers[f"{method} {path}"] = f"{answer.url} {answer.headers}".encode() + answer.content


def shown_once(page: requests.Response, element: str) -> str:
    found = re.search(rf'id="{element}">([^<]+)<', page.text)
    assert found, page.text
    return found.group(1)


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAmends]:
    folder = tmp_path_factory.mktemp("planted")
    with running_amends(folder, AMENDS_LOG_LEVEL="debug", AMENDS_CAMERA_OPEN_TIMEOUT_S="1") as running:
        yield running


@pytest.fixture(scope="module")
def readable(amends: RunningAmends) -> tuple[dict[str, str], dict[str, bytes]]:
    """Plant the secrets, use the product rightly and wrongly, and return them and all that was found to read."""
    visitor = Visitor(amends.url)
    secret = {"first admin's password": PASSWORD} | {
        what: f"planted-{token_hex(8)}"
        for what in (
            "camera's password", "password in an address", "mistyped password", "new person's password",
            "password in JSON", "token in an address", "rubbish token", "mail password", "backup's passphrase",
        )
    }  # fmt: skip
    log_in(visitor, secret)
    with web_server({"/video": sends(b"no", "text/plain", 401)}) as port:
        cameras(amends, visitor, secret, port)
        made = visitor.post("/admin/tokens", name="t", user_id="1", scope="act", days="30")
        secret["API token"] = shown_once(made, "one-time-token")
        invited = visitor.post("/admin/invitations", role="staff", days="3")
        secret["invitation"] = shown_once(invited, "invitation-link").rpartition("#")[2]
        visitor.post("/admin/users", name="dora", role="staff", password=secret["new person's password"])
        send_mails(amends, visitor, secret)
        make_mistakes(visitor, secret)
        for path in PAGES:
            visitor.keep("GET", path)
        processes = read_processes(amends)
    amends.installation.backups.make("admin")
    return secret, visitor.answers | processes | read_files(amends.settings.data_dir)


def log_in(visitor: Visitor, secret: dict[str, str]) -> None:
    """Mistype the password twice, once into the field of the name, and then get it right."""
    address = f"{visitor.url}/login"
    form = {"csrf_token": csrf_token(visitor.session.get(address).text), "name": "admin"}
    visitor.session.post(address, data=form | {"password": secret["mistyped password"]})
    visitor.session.post(address, data=form | {"name": secret["mistyped password"], "password": "x"})
    visitor.session.post(address, data=form | {"password": PASSWORD})
    assert visitor.session.get(f"{visitor.url}/admin/system").status_code == 200
    secret["session cookie"] = visitor.session.cookies["amends_session"]


def cameras(amends: RunningAmends, visitor: Visitor, secret: dict[str, str], port: int) -> None:
    """Add a camera that refuses its password and one that nobody answers for, and wait until both were tried."""
    address = f"http://127.0.0.1:{port}/video"
    visitor.post("/admin/cameras/probe", name="x", url=address, username="u", password=secret["camera's password"])
    known = amends.installation.cameras
    refusing = known.add(CameraForm("Refuses", address, username="u", password=secret["camera's password"]))
    silent = known.add(CameraForm("Silent", f"rtsp://u:{secret['password in an address']}@127.0.0.1:1/live"))
    for camera_id in (refusing.camera_id, silent.camera_id):
        wait_until(lambda id_=camera_id: known.get(id_).state is CameraState.OFFLINE, "the camera was tried", 30)
        visitor.post(f"/cameras/{camera_id}/check")


def send_mails(amends: RunningAmends, visitor: Visitor, secret: dict[str, str]) -> None:
    """Have a link to reset a password sent by mail, and try a passphrase on a backup."""
    known = amends.installation
    known.accounts.set_mail(known.accounts.find("admin").user_id, "admin@example.org")
    known.site.change(Site(public_url=amends.url), "admin")
    with mail_server(MailBox(password=secret["mail password"])) as box:
        server = {"host": "127.0.0.1", "port": f"{box.port}", "security": "none", "sender": "a@example.org"}
        log_in = {"username": "amends", "password": secret["mail password"], "current": PASSWORD}
        visitor.post("/admin/mail", **server, **log_in)
        visitor.post("/forgotten-password", name="admin")
        wait_until(lambda: box.mails, "the mail is there", 30)
        secret["link to reset a password"] = box.mails[0].get_content().partition("#")[2].split()[0]
    backup = known.backups.make("admin").name
    visitor.post("/admin/restore/check", source=backup, passphrase=secret["backup's passphrase"])


def make_mistakes(visitor: Visitor, secret: dict[str, str]) -> None:
    """Make the product complain with secrets at hand; an address may come back in its own answer."""
    token = {"Authorization": f"Bearer {secret['API token']}"}
    visitor.keep("GET", "/api/v1/cameras", headers={"Authorization": f"Bearer {secret['rubbish token']}"})
    visitor.keep("POST", "/api/v1/cameras", headers=token, data=b"{")
    visitor.keep("POST", "/api/v1/cameras", headers=token, json={"name": "x", "url": f"x:{secret['password in JSON']}"})
    visitor.keep("POST", "/admin/users", data={"name": "x", "password": secret["mistyped password"]})
    for address in ("/nothing", "/api/v1/incidents", "/login", "/join"):
        visitor.session.get(f"{visitor.url}{address}?token={secret['token in an address']}", timeout=30)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return what lies in the data folder, but for the keys, and what is in the packed ones."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".key"]
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    for path in files:
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                found |= {f"{path.name}: {member.name}": _content(archive, member) for member in archive}
    return found


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file and not member.name.endswith(".key") else b""


def read_processes(amends: RunningAmends) -> dict[str, bytes]:
    """Return the command line of every process, and the environment of those that the supervisor started."""
    pids = descendants(amends.supervisor.pid)
    assert len(pids) >= 4
    files = [Path(f"/proc/{pid}/{name}") for pid in pids for name in ("cmdline", "environ")]
    return {str(path): path.read_bytes() for path in (*files, Path(f"/proc/{amends.supervisor.pid}/cmdline"))}


def descendants(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for list_ in lists for child in list_.read_text().split()]
    return children + [further for child in children for further in descendants(child)]


def test_what_is_secret_can_be_read_nowhere(readable: tuple[dict[str, str], dict[str, bytes]]) -> None:
    secret, found = readable
    assert len(found) > len(PAGES) + 10
    told = [
        f"{what} in {where}"
        for what, text in secret.items()
        for where, content in found.items()
        if text.encode() in content
    ]
    assert told == []


def test_what_is_not_secret_is_found_by_the_same_search(readable: tuple[dict[str, str], dict[str, bytes]]) -> None:
    _, found = readable
    where = [place for place, content in found.items() if b"Refuses" in content]
    assert any(place.endswith(".sqlite3") or "sqlite3-wal" in place for place in where)
    assert "GET /admin/cameras" in where
    assert any(b"camera_id" in content for place, content in found.items() if place.endswith(".log"))
