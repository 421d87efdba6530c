import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.events import EventKind
from webapp.errors import AlreadyExists, InputInvalid, NotFound
from webapp.services.cameras.camera_settings import CameraForm
from webapp.storage.site.keys import FernetCipher

URL = "rtsp://192.0.2.1/stream1"


@pytest.fixture
def cameras(use_cases):
    return use_cases.cameras


@pytest.fixture
def kinds(unit_of_work):
    def read():
        with unit_of_work() as work:
            return [event.kind for event in work.events.after(0, limit=100)]

    return read


def test_a_camera_is_registered_and_found_by_name(cameras):
    added = cameras.add(CameraForm("Front  desk", URL))
    assert cameras.find("front desk").camera_id == added.camera_id
    assert added.state is CameraState.CONNECTING


def test_the_password_is_given_to_the_decoder_only(cameras):
    added = cameras.add(CameraForm("Desk", URL, "viewer", "p@ss:/w?rd#%"))
    assert cameras.address_of(added.camera_id).password == "p@ss:/w?rd#%"
    assert added.has_password
    assert "p@ss" not in repr(cameras.get(added.camera_id))


def test_the_key_is_readable_by_its_owner_only(cameras, settings):
    cameras.add(CameraForm("Desk", URL, "viewer", "secret"))
    assert (settings.data_dir / "credentials.key").stat().st_mode & 0o777 == 0o600


def test_credentials_inside_the_url_are_moved_out_of_it(cameras):
    added = cameras.add(CameraForm("Desk", "rtsp://viewer:hush@192.0.2.1/s"))
    assert added.url == "rtsp://192.0.2.1/s"
    assert cameras.address_of(added.camera_id).password == "hush"


def test_a_change_without_a_password_keeps_the_stored_one(cameras):
    added = cameras.add(CameraForm("Desk", URL, "viewer", "secret"))
    changed = cameras.change(added.camera_id, CameraForm("Bar", URL, "viewer", None))
    assert changed.name == "Bar"
    assert cameras.address_of(added.camera_id).password == "secret"
    cameras.change(added.camera_id, CameraForm("Bar", URL, "viewer", ""))
    assert cameras.address_of(added.camera_id).password == ""


def test_a_stored_password_is_not_sent_to_another_host(cameras):
    added = cameras.add(CameraForm("Desk", URL, "viewer", "secret"))
    with pytest.raises(InputInvalid, match="enter the camera's password again"):
        cameras.change(added.camera_id, CameraForm("Desk", "rtsp://evil.example/s", "viewer", None))
    assert cameras.get(added.camera_id).url == URL


def test_every_change_gives_a_new_revision(cameras):
    added = cameras.add(CameraForm("Desk", URL))
    cameras.set_enabled(added.camera_id, False)
    assert cameras.get(added.camera_id).revision == added.revision + 1


def test_a_name_is_given_once(cameras):
    cameras.add(CameraForm("Desk", URL))
    other = cameras.add(CameraForm("Bar", URL))
    with pytest.raises(AlreadyExists):
        cameras.add(CameraForm("DESK", URL))
    with pytest.raises(AlreadyExists):
        cameras.change(other.camera_id, CameraForm("desk", URL))


@pytest.mark.parametrize(("name", "url"), [("", URL), ("x" * 61, URL), ("Desk", "ftp://x/y")])
def test_bad_input_is_refused_and_nothing_is_stored(cameras, name, url):
    with pytest.raises(InputInvalid):
        cameras.add(CameraForm(name, url))
    assert cameras.list() == []


def test_a_state_is_an_event_once(cameras, kinds):
    camera_id = cameras.add(CameraForm("Desk", URL)).camera_id
    cameras.report_state(camera_id, CameraState.ONLINE)
    cameras.report_state(camera_id, CameraState.ONLINE)
    cameras.report_state(camera_id, CameraState.OFFLINE, StateReason("timed out"))
    assert kinds().count(EventKind.CAMERA_STATE_CHANGED) == 2
    assert cameras.get(camera_id).state_reason == StateReason("timed out")


def test_since_when_a_camera_is_offline_stays_when_the_reason_changes(cameras, clock):
    camera_id = cameras.add(CameraForm("Desk", URL)).camera_id
    cameras.report_state(camera_id, CameraState.OFFLINE, StateReason("timed out"))
    since = cameras.get(camera_id).state_since
    clock.advance(60)
    cameras.report_state(camera_id, CameraState.OFFLINE, StateReason("refused"))
    assert cameras.get(camera_id).state_since == since


def test_a_disabled_camera_is_disabled_whatever_vision_still_says(cameras):
    camera_id = cameras.add(CameraForm("Desk", URL)).camera_id
    cameras.set_enabled(camera_id, False)
    cameras.report_state(camera_id, CameraState.ONLINE)
    assert cameras.get(camera_id).state is CameraState.DISABLED
    cameras.set_enabled(camera_id, True)
    assert cameras.get(camera_id).state is CameraState.CONNECTING


def test_a_removed_camera_is_gone(cameras):
    camera_id = cameras.add(CameraForm("Desk", URL)).camera_id
    cameras.remove(camera_id, "ann")
    with pytest.raises(NotFound):
        cameras.get(camera_id)


def test_a_password_of_another_installation_is_said_so(cameras, settings):
    from webapp.errors import SettingsInvalid

    camera_id = cameras.add(CameraForm("Desk", URL, "viewer", "secret")).camera_id
    (settings.data_dir / "credentials.key").unlink()
    FernetCipher(settings.data_dir).encrypt("x")
    with pytest.raises(SettingsInvalid, match=r"credentials\.key"):
        cameras.address_of(camera_id)
