"""What doctor says of a site's line to its central instance."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.support.clocks import START
from webapp.cli.doctor.central_checks import check_central
from webapp.cli.doctor.findings import Level
from webapp.domain.sites.central_state import CentralFault, CentralState
from webapp.runtime.sites.central_note import CentralNote
from webapp.settings import Settings


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Settings:
    told = {
        "central_url": "https://central.example",
        "central_token": SecretStr("amends_site_1"),
        "runtime_dir": tmp_path,
    }
    site = settings.model_copy(update=told)
    site.slots_dir.mkdir(parents=True, exist_ok=True)
    return site


def test_a_site_that_tells_nobody_is_not_spoken_of(settings: Settings) -> None:
    assert list(check_central(settings)) == []


def test_a_line_that_works_is_well_and_of_one_that_does_not_the_reason_and_a_remedy_are_given(site: Settings) -> None:
    (finding,) = check_central(site)
    assert (finding.level, "yet" in finding.as_line()) == (Level.WARNING, True)
    note = CentralNote(site.slots_dir)
    note.write(CentralState(None, START, START))
    (finding,) = check_central(site)
    assert finding.level is Level.OK
    for fault in CentralFault:
        note.write(CentralState(fault, START, START))
        (finding,) = check_central(site)
        assert finding.level is Level.WARNING
        assert fault.value in finding.as_line()
        assert finding.advice


def test_a_token_that_cannot_be_read_is_an_error_and_never_shown(site: Settings, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("two words")
    (finding,) = check_central(site.model_copy(update={"central_token": None, "central_token_file": path}))
    assert finding.level is Level.ERROR
    assert "AMENDS_CENTRAL_TOKEN_FILE" in finding.as_line()
    assert "two words" not in finding.as_line()
