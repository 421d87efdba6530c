"""The engine lets everybody write in its folders: the one that they are in is nobody else's."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from webapp.errors import SettingsInvalid
from webapp.runtime.cluster.engine import engine_folder


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of all users."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_the_users_alone_and_the_same_at_the_next_start(shared: Path) -> None:
    folder = engine_folder(shared / "var")
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert engine_folder(shared / "var") == folder


def test_its_name_leaves_room_for_that_of_a_socket(shared: Path) -> None:
    folder = Path("/tmp") / engine_folder(shared / "var").relative_to(shared)
    assert len(f"{folder}/session_2026-11-29_23-52-31_730262_4194304/sockets/plasma_store.10") < 107


@pytest.mark.parametrize("mode", [0o777, 0o750])
def test_one_that_others_may_look_into_is_refused(shared: Path, mode: int) -> None:
    engine_folder(shared / "var").parent.chmod(mode)
    with pytest.raises(SettingsInvalid, match="alone"):
        engine_folder(shared / "var")


def test_a_link_that_somebody_has_put_there_is_refused(shared: Path) -> None:
    private = engine_folder(shared / "var").parent
    private.rmdir()
    (shared / "other").mkdir(mode=0o700)
    private.symlink_to(shared / "other")
    with pytest.raises(SettingsInvalid, match="alone"):
        engine_folder(shared / "var")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_one_that_another_user_has_made_is_refused(shared: Path) -> None:
    os.chown(engine_folder(shared / "var").parent, 65534, 65534)
    with pytest.raises(SettingsInvalid, match="alone"):
        engine_folder(shared / "var")
