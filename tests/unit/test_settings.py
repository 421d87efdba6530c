import re
from pathlib import Path

import pytest

from webapp.errors import SettingsInvalid
from webapp.settings import RENAMED, REPOSITORY_DIR, Settings, load_settings


def test_the_documentation_lists_every_setting_with_its_default():
    text = (REPOSITORY_DIR / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `(AMENDS_[A-Z0-9_]+)` \|", text, re.MULTILINE))
    assert documented == {f"AMENDS_{name.upper()}" for name in Settings.model_fields}


def test_a_wrong_value_is_named_with_what_is_expected(monkeypatch):
    monkeypatch.setenv("AMENDS_PORT", "99999")
    monkeypatch.setenv("AMENDS_LOG_LEVEL", "loud")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert "AMENDS_PORT" in str(caught.value)
    assert "AMENDS_LOG_LEVEL" in str(caught.value)


def test_a_wrong_secret_is_not_repeated(monkeypatch):
    monkeypatch.setenv("AMENDS_ADMIN_PASSWORD", "hush")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert "AMENDS_ADMIN_PASSWORD" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_an_empty_variable_means_the_default(monkeypatch):
    monkeypatch.setenv("AMENDS_PORT", "")
    assert load_settings().port == 8000


def test_a_name_of_before_is_still_read_with_a_warning(monkeypatch, caplog):
    monkeypatch.setenv("AMENDS_TRY_PER_MINUTE", "7")
    monkeypatch.setenv("AMENDS_ALERT_ENTER_THRESHOLD", "0.9")
    monkeypatch.setenv("AMENDS_ALERT_TRIGGER_THRESHOLD", "0.4")
    settings = load_settings()
    assert (settings.photo_test_per_minute, settings.alert_trigger_threshold) == (7, 0.4)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "AMENDS_TRY_PER_MINUTE is called AMENDS_PHOTO_TEST_PER_MINUTE now"
    ]


def test_every_name_of_before_leads_to_a_setting():
    assert {new.lower() for new in RENAMED.values()} <= set(Settings.model_fields)
    assert not {old.lower() for old in RENAMED} & set(Settings.model_fields)


def test_settings_do_not_change_while_the_program_runs():
    with pytest.raises(Exception, match="frozen"):
        load_settings().port = 1


def test_two_data_folders_have_two_slot_folders(tmp_path: Path):
    first, second = load_settings(data_dir=tmp_path / "a"), load_settings(data_dir=tmp_path / "b")
    assert first.slots_dir != second.slots_dir
