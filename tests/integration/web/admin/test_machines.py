"""What an admin sees of the machines of a cluster, and does with them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cluster.nodes import CONTROLLER, ClusterNode
from webapp.domain.cluster.status import ClusterStatus, NamedCamera, NodeState, NodeStatus
from webapp.domain.events import EventKind
from webapp.settings import Settings

SYSTEM = "/admin/system"


@pytest.fixture
def placement() -> str:
    return "cluster"


@pytest.fixture
def settings(settings: Settings, placement: str) -> Settings:
    return settings.model_copy(update={"placement": placement})


@pytest.fixture
def box(web: WebApp) -> NodeStatus:
    bar = web.add_camera("Bar")
    started_at = web.clock.now() - timedelta(hours=2)
    cameras = (NamedCamera(bar.camera_id, "Bar"),)
    return NodeStatus("box <1>", NodeState.ALIVE, False, 0.0, 4.0, 0.17, cameras, "0.3.0", started_at)


def show(web: WebApp, *nodes: NodeStatus, **facts: object) -> None:
    status = ClusterStatus(nodes, **{"decides": CONTROLLER, **facts})  # type: ignore[arg-type]
    web.system.read_cluster = lambda: status


def silent(node: NodeStatus, seconds: float, **facts: object) -> NodeStatus:
    return replace(node, state=NodeState.SILENT, silent_s=seconds, **facts)  # type: ignore[arg-type]


def join(web: WebApp, name: str = "box-1") -> None:
    with web.unit_of_work() as work:
        work.cluster.put_node(ClusterNode(name, name, "run", 4.0, started_at=web.clock.now()))
        work.commit()


def draining_of(web: WebApp) -> dict[str, bool]:
    with web.unit_of_work.reading() as work:
        return {one.name: one.is_draining for one in work.cluster.nodes()}


def test_each_machine_is_shown_with_what_it_watches(web: WebApp, box: NodeStatus) -> None:
    show(web, box, moving=box.cameras)
    page = web.browser("root").client.get(SYSTEM).text
    section = page.split('id="machines"')[1].split("</section>")[0]
    for words in ("box &lt;1&gt;", "Alive", "0.17 of 4<", "0.3.0", "2 h 0 min", "The controller", "On their way"):
        assert words in section, words
    assert f'<a href="/admin/cameras/{box.cameras[0].camera_id}">Bar</a>' in section
    assert "Nobody watches" not in section
    assert "is not known here" not in section


def test_cameras_that_nobody_watches_and_machines_that_nobody_observes_are_said(web: WebApp, box: NodeStatus) -> None:
    show(web, box, unwatched=box.cameras)
    assert "Nobody watches 1 camera:" in web.browser("root").client.get(SYSTEM).text
    show(web, replace(box, state=NodeState.UNKNOWN), decides=None, is_observed=False)
    page = web.browser("root").client.get(SYSTEM).text
    assert "Which machines are alive is not known here" in page
    assert "Not known" in page


def test_a_cluster_without_a_machine_says_how_the_first_one_comes(web: WebApp) -> None:
    show(web, decides=None)
    assert "python run.py cluster start" in web.browser("root").client.get(SYSTEM).text


def test_who_decides_for_want_of_the_controller_is_named(web: WebApp, box: NodeStatus) -> None:
    show(web, box, decides=box.name)
    assert "box &lt;1&gt;, for want of the controller" in web.browser("root").client.get(SYSTEM).text
    show(web, silent(box, 3.0), decides=None)
    assert "Nobody: no machine is alive" in web.browser("root").client.get(SYSTEM).text


def test_a_machine_is_drained_and_readmitted_and_both_are_on_record_once(web: WebApp) -> None:
    join(web)
    root = web.browser("root")
    for draining, words in (("yes", "box-1 hands its cameras"), ("yes", ""), ("no", "Cameras may come to box-1 again")):
        answer = root.post("/admin/machines/draining", name="box-1", draining=draining)
        assert answer.location.endswith("/admin/system#machines")
        assert draining_of(web) == {"box-1": draining == "yes"}
        assert words in root.client.get(SYSTEM).text
    assert web.audited(EventKind.MACHINE_DRAINED) == [("root", {"machine": "box-1"})]
    assert web.audited(EventKind.MACHINE_READMITTED) == [("root", {"machine": "box-1"})]
    trail = root.client.get("/admin/audit").text
    assert "Machine drained" in trail
    assert "machine: box-1" in trail


@pytest.mark.security
def test_nobody_but_an_admin_drains_and_nothing_but_a_machine_is_drained(web: WebApp) -> None:
    join(web)
    join(web, CONTROLLER)
    assert web.browser("bob").post("/admin/machines/draining", name="box-1", draining="yes").status_code == 403
    root = web.browser("root")
    forged = root.client.post("/admin/machines/draining", data={"name": "box-1", "draining": "yes"})
    assert forged.status_code == 400
    for name in ("", "box-2", CONTROLLER, "x" * 5000):
        assert root.post("/admin/machines/draining", name=name, draining="yes").status_code == 404
    assert draining_of(web) == {"box-1": False, CONTROLLER: False}


def test_the_dashboard_tells_admins_of_a_machine_that_is_silent_for_long(web: WebApp, box: NodeStatus) -> None:
    root, bob = web.browser("root"), web.browser("bob")
    moved = silent(box, 130.0, cameras=())
    for node, is_said in (
        (box, False),
        (silent(box, 29.0), False),
        (moved, True),
        (replace(moved, is_draining=True), False),
    ):
        show(web, node)
        assert ("has given no sign" in root.client.get("/").text) is is_said
        assert ("has given no sign" in root.client.get("/admin/machines/notices").text) is is_said
        assert "has given no sign" not in bob.client.get("/").text
    show(web, moved)
    words = "Machine box &lt;1&gt; has given no sign for 2 min; its cameras are watched elsewhere."
    assert words in root.client.get("/admin/machines/notices").text
    assert "box &lt;1&gt; of the cluster has given no sign" in root.client.get(SYSTEM).text
    show(web, silent(box, 130.0))
    assert "nobody watches 1 of its cameras" in root.client.get("/").text
    assert bob.client.get("/admin/machines/notices").status_code == 403


def test_the_figures_count_machines_and_unwatched_cameras(web: WebApp, box: NodeStatus) -> None:
    show(web, box, silent(box, 40.0, name="box-2"), unwatched=box.cameras)
    figures = web.browser("root").client.get("/metrics").text
    for line in (
        'amends_cluster_machines{state="alive"} 1.0',
        'amends_cluster_machines{state="draining"} 0.0',
        'amends_cluster_machines{state="silent"} 1.0',
        "amends_cluster_unwatched_cameras 1.0",
        'amends_fault{kind="machine_silent",subject="box-2"} 1.0',
    ):
        assert line in figures
    show(web, box, is_observed=False)
    assert "amends_cluster_unwatched_cameras" not in web.browser("root").client.get("/metrics").text


def test_the_api_says_it_to_admins(web: WebApp, box: NodeStatus) -> None:
    show(web, box, unwatched=box.cameras)
    answer = web.api("root").call("GET", "/cluster").get_json()
    camera = {"camera_id": box.cameras[0].camera_id, "camera": "Bar"}
    assert (answer["decides"], answer["unwatched"], answer["is_observed"]) == ("controller", [camera], True)
    (node,) = answer["nodes"]
    assert (node["name"], node["state"], node["cameras"], node["load"]) == ("box <1>", "alive", [camera], 0.17)
    assert web.api("bob").call("GET", "/cluster").status_code == 403


@pytest.mark.parametrize("placement", ["machine"])
def test_one_box_says_nothing_of_machines(web: WebApp) -> None:
    root = web.browser("root")
    assert 'id="machines"' not in root.client.get(SYSTEM).text
    assert "machine-notices" not in root.client.get("/").text
    assert "amends_cluster" not in root.client.get("/metrics").text
    assert web.api("root").call("GET", "/cluster").status_code == 404
    assert root.post("/admin/machines/draining", name="box-1", draining="yes").status_code == 404


def test_web_is_ready_where_a_machine_of_the_cluster_watches_a_camera(web: WebApp, box: NodeStatus) -> None:
    show(web, box)
    client = web.app.test_client()
    assert client.get("/readyz").status_code == 503
    web.services.cameras.report_state(box.cameras[0].camera_id, CameraState.ONLINE)
    assert client.get("/readyz").get_json() == {"ready": True, "cameras": 1, "live": 1, "model": "ok"}
    show(web, silent(box, 9.0), unwatched=box.cameras)
    assert client.get("/readyz").status_code == 503
