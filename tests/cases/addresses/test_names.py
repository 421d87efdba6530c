"""Names that nobody sees, that look like another or turn their line round: refused, whatever they are names of."""

import json
import sqlite3
import unicodedata
from contextlib import closing

import pytest
from alembic import command

from tests.support.web_app import WebApp
from webapp.cli.processes.installation import open_installation
from webapp.domain.cameras.names import name_key
from webapp.errors import AlreadyExists, InputInvalid
from webapp.services.cameras.camera_settings import CameraForm
from webapp.settings import Settings
from webapp.storage.db.engine import _alembic_config, migrate, open_engine

UNSEEN = [
    "\u200b", "Desk\u200b", "\u202egnuL", "Bar\u2066x", "\ufeffDesk", "Des\u00adk", "\x07Desk", "Desk\x00", "\u3164",
    "Desk\u2800", "Des\u2060k", "Desk\u061c", "Desk\x7f", "Desk\ud800", "Desk\ue000",
]  # fmt: skip
E_ACUTE, E_AND_ACCENT = "Caf\u00e9", "Cafe\u0301"


@pytest.mark.parametrize("name", UNSEEN, ids=ascii)
def test_a_name_with_what_nobody_sees_is_refused_and_says_which(use_cases, name: str):
    with pytest.raises(InputInvalid, match=r"nobody sees \(U\+"):
        use_cases.cameras.add(CameraForm(name, "demo:"))
    with pytest.raises(InputInvalid, match="nobody sees"):
        use_cases.cameras.add(CameraForm("Bar", "demo:", place=name))
    with pytest.raises(InputInvalid, match="nobody sees"):
        use_cases.accounts.add(name, "staff", "a long password")
    assert use_cases.cameras.list() == []


def test_a_name_of_nothing_but_blanks_is_refused(use_cases):
    with pytest.raises(InputInvalid, match="1 to 60"):
        use_cases.cameras.add(CameraForm(" \u2003\u00a0 ", "demo:"))


@pytest.mark.parametrize("twin", [E_AND_ACCENT, E_ACUTE.upper(), E_AND_ACCENT.upper(), f" {E_AND_ACCENT}  "])
def test_twins_are_one_name(use_cases, twin: str):
    use_cases.cameras.add(CameraForm(E_ACUTE, "demo:"))
    with pytest.raises(AlreadyExists):
        use_cases.cameras.add(CameraForm(twin, "demo:"))
    assert use_cases.cameras.find(twin).name == E_ACUTE


def test_names_are_kept_composed_in_every_script(use_cases):
    for name in ("Ä̈".encode().decode(), "Тереза", "前台 1", "מסעדה", "Bar 🍸", "Caisse n°1 – l’entrée"):
        stored = use_cases.cameras.add(CameraForm(name, "demo:"))
        assert stored.name == unicodedata.normalize("NFC", name)


def test_zones_views_invitations_and_the_notice_too(web: WebApp):
    camera, root = web.add_camera(), web.browser("root")
    zone = {"kind": "privacy", "name": "Till\u202e", "points": [[0, 0], [0.5, 0], [0.5, 0.5]]}
    answer = web.api("root").call("PATCH", f"/cameras/{camera.camera_id}/settings", {"zones": [zone]})
    assert answer.status_code in (400, 422)
    assert "U+202E" in answer.text
    page = root.post(f"/admin/cameras/{camera.camera_id}/zones", zones=json.dumps([zone]))
    assert "U+202E" in page.text
    for save in (
        lambda: web.services.saved_views.save(1, "Mine\u200b", "state=open"),
        lambda: web.services.invitations.invite("staff", days=1, actor="root", note="night\u202e"),
    ):
        with pytest.raises(InputInvalid, match="nobody sees"):
            save()


def test_a_name_from_before_stays_until_it_is_changed(use_cases, engine):
    desk = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cameras SET name = 'De' || char(8203) || 'sk'")
    changed = use_cases.cameras.change(desk.camera_id, CameraForm("De\u200bsk", "usb:0"))
    assert (changed.name, changed.url) == ("De\u200bsk", "usb:0")


def test_names_of_an_earlier_version_are_found_and_twins_of_then_stay_two(tmp_path):
    settings = Settings(data_dir=tmp_path, runtime_dir=tmp_path / "slots")
    cameras = open_installation(settings).cameras
    for name in ("Bar", "Desk", "Door"):
        cameras.add(CameraForm(name, "demo:"))
    engine = open_engine(settings.sqlalchemy_url)
    command.downgrade(_alembic_config(engine), "0015")
    with closing(sqlite3.connect(tmp_path / "amends.sqlite3")) as connection:
        named = {"Bar": "Ba\u0308r", "Desk": E_ACUTE, "Door": E_AND_ACCENT}
        for before, name in named.items():
            connection.execute(
                "UPDATE cameras SET name = ?, name_key = ? WHERE name = ?", (name, name.casefold(), before)
            )
        connection.commit()
    migrate(engine)
    engine.dispose()
    assert cameras.find("BÄR").name == "Ba\u0308r"
    assert [one.name for one in cameras.list() if name_key(one.name) == name_key(E_ACUTE)] == [E_AND_ACCENT, E_ACUTE]
    assert cameras.find(E_AND_ACCENT).name == E_ACUTE
