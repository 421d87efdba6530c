"""The settings of a site that tells a central instance: nonsense is refused with clear words, and no token repeated."""

from pathlib import Path

import pytest

from webapp.errors import SettingsInvalid
from webapp.settings import SECRETS, load_settings

URL = "https://central.example/amends"


@pytest.mark.security
@pytest.mark.parametrize(
    "url",
    [
        "http://central.example", "ftp://central.example", "central.example", "https://", "https://u:p@central.example",
        "https://central.example/?a=b", "https://central.example/#x", "http://127.0.0.1.evil.example",
    ],
)  # fmt: skip
def test_an_address_that_others_could_read_or_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"AMENDS_CENTRAL_URL: .*expected https://SERVER"):
        load_settings(central_url=url, central_token="t")


@pytest.mark.parametrize("url", [URL, "https://192.0.2.1:8443", "http://127.0.0.1:8000", "http://localhost"])
def test_https_and_this_very_machine_are_taken(url: str) -> None:
    assert load_settings(central_url=f"{url}/", central_token="t").central_url == url


def test_an_address_without_a_token_is_refused_where_the_token_is_needed() -> None:
    # Processes that decode what strangers send are not given the token, and start without it.
    settings = load_settings(central_url=URL)
    with pytest.raises(SettingsInvalid, match="expected AMENDS_CENTRAL_TOKEN or AMENDS_CENTRAL_TOKEN_FILE"):
        settings.read_central_token()


@pytest.mark.parametrize("token", ["with a space", "two\nlines", "ümlaut", "x" * 201])
def test_a_token_that_cannot_be_sent_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(SettingsInvalid, match="AMENDS_CENTRAL_TOKEN: ") as caught:
        load_settings(central_url=URL, central_token=token)
    assert token not in str(caught.value)


def test_the_token_is_a_secret() -> None:
    assert "central_token" in SECRETS
    assert "hush" not in repr(load_settings(central_url=URL, central_token="hush"))


def test_the_token_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("amends_site_x\n")
    assert load_settings(central_url=URL, central_token_file=file).read_central_token() == "amends_site_x"
    file.write_text("two words")
    with pytest.raises(SettingsInvalid, match="AMENDS_CENTRAL_TOKEN_FILE"):
        load_settings(central_url=URL, central_token_file=file).read_central_token()
    with pytest.raises(SettingsInvalid, match="AMENDS_CENTRAL_TOKEN_FILE"):
        load_settings(central_url=URL, central_token_file=tmp_path / "none").read_central_token()
