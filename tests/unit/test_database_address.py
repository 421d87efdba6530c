"""The address of a database: what it may say, and who does not learn it."""

import pytest

from webapp.errors import SettingsInvalid
from webapp.settings import load_settings
from webapp.storage.db.engine import open_engine

_SERVER = "postgresql+pg8000://amends:hush-hush@127.0.0.1:1/amends"


@pytest.mark.parametrize("word", ["sslmode=wrong", "host=db.example", "sslmode=disable&options=-c"])
def test_what_an_address_may_not_say_is_named_without_its_password(word: str) -> None:
    with pytest.raises(SettingsInvalid, match="AMENDS_DATABASE_URL: expected sslmode") as refused:
        open_engine(f"{_SERVER}?{word}")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("word", ["", "?sslmode=disable", "?unix_sock=/run/postgresql/.s.PGSQL.5432"])
def test_what_it_may_say_is_taken(word: str) -> None:
    open_engine(f"{_SERVER}{word}").dispose()


def test_settings_that_are_logged_do_not_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_DATABASE_URL", _SERVER)
    settings = load_settings()
    assert settings.sqlalchemy_url == _SERVER
    assert "hush" not in repr(settings) + str(settings)
