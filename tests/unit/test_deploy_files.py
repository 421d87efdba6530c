"""What the files for setting up a cluster name has to be there: commands, options, settings, files."""

import re
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from webapp.cli.main import main
from webapp.runtime.cluster.engine import EngineNode
from webapp.settings import REPOSITORY_DIR, Settings

DEPLOY = REPOSITORY_DIR / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
PAGES = (DEPLOY / "README.md", REPOSITORY_DIR / "docs" / "cluster.md")
# Where a command stands in a list instead of a line.
LISTS = re.compile(r"(?:command|args): (?:\{\{.*?\}\})?(\[.*?\])(?:\{\{ else \}\}(\[.*?\]))?")
LINE = re.compile(r"run\.py ([^`\n\"]*)")


def words_of(line: str) -> list[str]:
    """Return a command's words, up to a comment, a further command or a place for the reader's own."""
    plain = takewhile(lambda word: not re.match(r"[#&|>;]", word), line.split())
    return [word.rstrip(".,;:)") for word in plain]


def commands_in(text: str) -> list[list[str]]:
    found = [words_of(line) for line in LINE.findall(text)]
    for lists in LISTS.findall(text):
        found += [yaml.safe_load(re.sub(r"\{\{.*?\}\}", "name", words)) for words in lists if words]
    return [words for words in found if words and words[0] not in ("redis-server", "sh")]


def problem_with(words: list[str]) -> str | None:
    """Return what Amends does not know of a command, if anything."""
    command: click.Command = main
    context = click.Context(main)
    for word in words:
        if word.startswith("-"):
            name = word.partition("=")[0]
            if name not in {option for one in command.params for option in one.opts} | {"--help"}:
                return f"{name} of {command.name}"
        elif isinstance(command, click.Group):
            following = command.get_command(context, word)
            if following is None:
                return word
            command = following
    return None


@pytest.mark.parametrize("path", [*FILES, PAGES[1]], ids=lambda path: path.name)
def test_every_command_and_option_is_one_of_ours(path: Path):
    assert [(words, problem) for words in commands_in(path.read_text()) if (problem := problem_with(words))] == []


def test_commands_are_found_in_units_lists_and_pages():
    heads = {words[0] for path in FILES for words in commands_in(path.read_text())}
    assert {"serve", "web", "cluster", "doctor"} <= heads
    starts = [words for path in FILES for words in commands_in(path.read_text()) if words[:2] == ["cluster", "start"]]
    assert len(starts) >= 7
    assert all({"--head", "--join"} & set(words) for words in starts)


@pytest.mark.parametrize("line", ["web --prot 8001", "wbe", "user invent Dana", "doctor --clusters"])
def test_a_command_that_is_none_would_be_found(line: str):
    assert problem_with(words_of(line))


@pytest.mark.parametrize("path", [*FILES, PAGES[1]], ids=lambda path: path.name)
def test_every_setting_is_one_of_ours(path: Path):
    ours = {f"AMENDS_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bAMENDS_[A-Z0-9_]*[A-Z0-9]\b", path.read_text())) <= ours


def yaml_files() -> list[Path]:
    return [path for path in FILES if path.suffix == ".yaml" and path.parent.name != "templates"]


@pytest.mark.parametrize("path", yaml_files(), ids=lambda path: path.name)
def test_yaml_can_be_read(path: Path):
    assert isinstance(yaml.safe_load(path.read_text()), dict)


def test_every_service_of_compose_has_what_it_names():
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
    for name, service in compose["services"].items():
        named = [volume.partition(":")[0] for volume in service.get("volumes", ())]
        secrets = [one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())]
        assert set(named) <= compose["volumes"].keys(), name
        assert set(secrets) <= compose["secrets"].keys(), name
        assert set(service.get("depends_on", ())) <= compose["services"].keys(), name
        assert {"image", "restart"} <= service.keys(), name


def test_every_value_of_the_chart_is_defined():
    values = yaml.safe_load((DEPLOY / "helm" / "amends" / "values.yaml").read_text())
    for path in sorted((DEPLOY / "helm" / "amends" / "templates").iterdir()):
        for name in re.findall(r"\.Values\.([\w.]+)", path.read_text()):
            found = values
            for part in name.split("."):
                assert part in found, f"{path.name}: {name}"
                found = found[part]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_again_and_ends_all_that_it_started(path: Path):
    lines = path.read_text().splitlines()
    assert {"Restart=always", "KillMode=mixed", "User=amends", "StartLimitIntervalSec=0"} <= set(lines)
    assert "EnvironmentFile=/etc/amends/amends.env" in lines


def test_every_file_that_the_page_names_is_there():
    text = PAGES[0].read_text()
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    copied = re.findall(r"cp (docs/deploy/\S+)", text)
    assert [link for link in links if link and not (DEPLOY / link).exists()] == []
    assert copied
    assert [path for path in copied if not (REPOSITORY_DIR / path).exists()] == []


def test_the_firewall_knows_the_ports_that_a_machine_listens_on():
    engine = EngineNode(Path("engine"), Path("token"))
    ports = [int(port) for port in re.findall(r"port=(\d+)", " ".join(engine.command()))]
    rule = f"tcp dport {engine.first_port}-{max(ports)}"
    assert min(ports) == engine.first_port
    assert (DEPLOY / "firewall.nft").read_text().count(rule) == 2
