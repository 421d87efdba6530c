"""What an earlier version stored in clear is sealed at the next start, and calls the same as before."""

import sqlite3
from contextlib import closing

import pytest

from webapp.cli.processes.installation import open_installation
from webapp.services.cameras.camera_secrets import sealed_address
from webapp.services.cameras.camera_settings import CameraForm
from webapp.settings import Settings
from webapp.storage.db.engine import _alembic_config, migrate, open_engine

pytestmark = pytest.mark.security
IN_CLEAR = {
    "Lobby": "rtsp://admin:123#Geheim1@192.0.2.10/stream1",
    "Bar": "http://192.0.2.10/v.cgi?usr=admin&pwd=Geheim2",
    "Desk": "http://cam:80/user:Geheim3/v?mail=me@other",  # Nobody can tell what of it is the password.
    "Door": "rtsp://192.0.2.11/Streaming/Channels/101",
    "Gate": "rtsps://192.0.2.12:7441/x7Kd02LmQ9sTzB4w?enableSrtp",
    "Yard": "file:Geheim/x.mp4?pwd=1",
}


@pytest.fixture
def old(tmp_path) -> Settings:
    """A data folder as version 0015 left it."""
    settings = Settings(data_dir=tmp_path, runtime_dir=tmp_path / "slots")
    installation = open_installation(settings)
    for name in IN_CLEAR:
        installation.cameras.add(CameraForm(name, "rtsp://192.0.2.1/s"))
    engine = open_engine(settings.sqlalchemy_url)
    from alembic import command

    command.downgrade(_alembic_config(engine), "0015")
    engine.dispose()
    with closing(sqlite3.connect(settings.data_dir / "amends.sqlite3")) as connection:
        for name, url in IN_CLEAR.items():
            connection.execute("UPDATE cameras SET url = ? WHERE name = ?", (url, name))
        connection.commit()
    assert b"Geheim1" in stored(settings)
    return settings


def stored(settings: Settings) -> bytes:
    return b"".join(path.read_bytes() for path in settings.data_dir.glob("amends.sqlite3*"))


def test_nothing_of_it_is_left_in_any_file_and_the_cameras_are_called_as_before(old, capfd):
    cameras = open_installation(old).cameras
    assert not any(secret in stored(old) for secret in (b"Geheim1", b"Geheim2", b"Geheim3"))
    called = {one.name: cameras.address_of(one.camera_id).url_with_credentials() for one in cameras.list()}
    assert called == {**IN_CLEAR, "Lobby": "rtsp://admin:123%23Geheim1@192.0.2.10/stream1"}
    shown = {one.name: one.url for one in cameras.list()}
    assert shown["Lobby"] == "rtsp://192.0.2.10/stream1"
    assert shown["Bar"] == "http://192.0.2.10/v.cgi?usr=***&pwd=***"
    assert shown["Desk"] == "http://***"
    assert shown["Gate"] == "rtsps://192.0.2.12:7441/***?enableSrtp"
    assert b"x7Kd02LmQ9sTzB4w" not in stored(old)
    assert shown["Door"] == IN_CLEAR["Door"]
    said = "".join(capfd.readouterr())
    assert "camera_secrets_sealed" in said
    assert "Geheim1" not in said


def test_a_second_start_changes_nothing_more(old):
    cameras = open_installation(old).cameras
    before = [(one, cameras.address_of(one.camera_id)) for one in cameras.list()]
    cameras = open_installation(old).cameras
    assert [(one, cameras.address_of(one.camera_id)) for one in cameras.list()] == before


def test_what_is_hidden_as_a_whole_stays_as_it_is_when_only_the_name_changes(old):
    cameras = open_installation(old).cameras
    desk = cameras.find("Desk")
    cameras.change(desk.camera_id, CameraForm("Counter", desk.url))
    assert cameras.address_of(desk.camera_id).full_url == IN_CLEAR["Desk"]


def test_a_stored_password_stays_and_is_not_needed_to_seal_the_rest(old):
    assert sealed_address("rtsp://a:1#2@h/s", "viewer", "stored").username == "viewer"
    engine = open_engine(old.sqlalchemy_url)
    migrate(engine)
    engine.dispose()
    with closing(sqlite3.connect(old.data_dir / "amends.sqlite3")) as connection:
        connection.execute("UPDATE cameras SET encrypted_password = x'00', username = 'v' WHERE name = 'Lobby'")
        connection.commit()
    lobby = open_installation(old).cameras.find("Lobby")
    assert (lobby.url, lobby.username, lobby.has_password) == ("rtsp://192.0.2.10/stream1", "v", True)
