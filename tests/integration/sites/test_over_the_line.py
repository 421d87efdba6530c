"""Two installations that really run, and a line between them that a test cuts: a site and its central instance."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.cluster.tcp_proxy import TCPProxy, tcp_proxy
from tests.support.running import RunningAmends, running_amends, wait_until
from webapp.cli.processes.parts.sites import site_use_cases
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.sites.central_state import CentralFault
from webapp.domain.vision.emotions import Emotion
from webapp.runtime.sites.central_note import CentralNote
from webapp.services.ports import SiteIncidentFilter
from webapp.services.sites.use_cases import SiteUseCases

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
# Vision needs the processors and has no part in this.
WITHOUT_FACES = {"AMENDS_ANALYSIS_FPS": "0.5", "AMENDS_MODEL_THREADS": "1"}


@dataclass
class Line:
    """A site, its central instance, and the proxy between them."""

    site: RunningAmends
    central: RunningAmends
    proxy: TCPProxy
    site_id: int
    tracks: int = 0

    @property
    def sites(self) -> SiteUseCases:
        return site_use_cases(self.central.installation)

    def raise_alert(self, jpeg: bytes | None = None) -> int:
        """Open an incident as vision does, with a picture or without; return its id."""
        installation = self.site.installation
        self.tracks += 1
        now, track = installation.clock.now(), 1000 + self.tracks
        opened = AlertDecision(AlertChange.OPENED, track, track, Emotion.ANGRY, now, now, 0.9, 0.9)
        installation.recorder.record(installation.cameras.find("Demo"), [opened], jpeg)
        installation.recorder.flush()
        return self.at_site()[-1]

    def at_site(self) -> list[int]:
        """Return the incidents that the site has, by their ids."""
        with self.site.installation.adapters.unit_of_work.reading() as work:
            return [one.incident_id for one in work.incidents.after(0, limit=1000)]

    def at_central(self) -> list[int]:
        """Return the incidents that have arrived, by their ids."""
        with self.central.installation.adapters.unit_of_work.reading() as work:
            found = work.site_log.search(self.site_id, SiteIncidentFilter(), limit=1000)
        return sorted(one.incident.incident_id for one in found)

    def all_arrives(self, timeout_s: float = 15) -> float:
        """Wait until the central instance has what the site has; return how long it took."""
        return wait_until(lambda: self.at_central() == self.at_site(), "all has arrived, once", timeout_s)

    def fault(self) -> CentralFault | None:
        """Return what the site says of the line."""
        state = CentralNote(self.site.settings.slots_dir).state()
        return state.fault if state else None


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder: Path = tmp_path_factory.mktemp("line")
    with running_amends(folder / "central", **WITHOUT_FACES) as central, tcp_proxy(central.settings.port) as proxy:
        made = site_use_cases(central.installation).registry.add("Lind", takes_pictures=True)
        settings = {"AMENDS_CENTRAL_URL": f"http://127.0.0.1:{proxy.port}", "AMENDS_CENTRAL_TOKEN": made.token}
        settings["AMENDS_CENTRAL_PICTURES"] = "yes"
        with running_amends(folder / "site", **WITHOUT_FACES, **settings) as site:
            yield Line(site, central, proxy, made.site.site_id)


def test_an_alert_of_the_site_is_at_the_central_instance_within_seconds(line: Line) -> None:
    line.raise_alert()
    assert line.all_arrives() < 10
    summary = line.sites.overview.summary(line.central.installation.accounts.find("admin"), line.site_id)
    assert summary.open_alerts >= 1
    assert [camera.name for camera in summary.cameras] == ["Demo"]


def test_vision_is_not_given_the_token_and_watches_all_the_same(line: Line) -> None:
    demo = line.site.installation.cameras.find("Demo").camera_id
    wait_until(lambda: line.site.frame_age_s(demo) < 5, "the camera is watched", 60)
    for part in ("vision", "web"):
        (pid,) = line.site.pids(part)
        assert b"AMENDS_CENTRAL_TOKEN=" not in Path(f"/proc/{pid}/environ").read_bytes(), part
    root = line.central.installation.accounts.find("admin")
    newest = lambda: line.sites.overview.summary(root, line.site_id).site.newest_frame_at  # noqa: E731
    wait_until(newest, "the central instance knows of the newest picture", 40)


def test_a_picture_of_several_hundred_kilobytes_comes_over_too(line: Line) -> None:
    jpeg = b"\xff\xd8\xff" + b"x" * 700_000
    incident_id = line.raise_alert(jpeg)
    root = line.central.installation.accounts.find("admin")
    picture = lambda: line.sites.overview.picture(root, line.site_id, incident_id)  # noqa: E731
    wait_until(picture, "the picture has arrived", 20)
    assert picture() == jpeg


def test_what_happens_while_the_line_is_cut_is_all_there_afterwards(line: Line) -> None:
    line.all_arrives()
    before = line.at_central()
    line.proxy.mode = "refuse"
    raised = [line.raise_alert() for _ in range(4)]
    wait_until(lambda: line.fault() is CentralFault.UNREACHABLE, "the site says that it cannot be reached", 30)
    assert line.at_central() == before
    line.proxy.mode = "pass"
    line.all_arrives(30)
    assert line.at_central()[-4:] == raised
    wait_until(lambda: line.fault() is None, "the site says that it works again", 30)


def test_a_line_that_loses_answers_and_a_killed_housekeeping_lose_and_double_nothing(line: Line) -> None:
    line.proxy.loses_answer_to = b"post /api/v1/sites/feed"
    line.raise_alert()
    assert line.proxy.lost.wait(20)
    for _ in range(3):
        line.raise_alert()
        line.site.kill("housekeeping")
        line.raise_alert()
        wait_until(lambda: line.site.pids("housekeeping"), "it is started again", 20)
    line.all_arrives(40)


def test_a_revoked_token_is_said_at_the_site_once_and_tried_rarely(line: Line) -> None:
    line.all_arrives()
    line.sites.registry.revoke_token(line.site_id)
    line.raise_alert()
    wait_until(lambda: line.fault() is CentralFault.TOKEN_REFUSED, "the site says that its token is refused", 20)
    time.sleep(3)
    assert line.site.log().count("token_refused") == 1
    assert "amends_site_" not in line.site.log() + line.central.log()
