"""A Redis that is set and cannot be used is said at the start, with what to do."""

import importlib.util

import pytest

from webapp.errors import SettingsInvalid
from webapp.settings import load_settings
from webapp.storage.shared.opening import open_shared
from webapp.storage.shared.redis_link import check_redis_library


def test_without_a_redis_nothing_is_asked_for() -> None:
    settings = load_settings()
    check_redis_library(settings)
    assert open_shared(settings) is None


def test_the_command_that_installs_the_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SettingsInvalid, match="make setup-cluster"):
        check_redis_library(load_settings(redis_url="redis://127.0.0.1:6379/0"))


def test_an_address_of_another_kind_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    with pytest.raises(SettingsInvalid, match="redis://") as caught:
        check_redis_library(load_settings(redis_url="http://:hush@192.0.2.1/"))
    assert "hush" not in str(caught.value)
