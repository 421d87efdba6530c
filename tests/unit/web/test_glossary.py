"""No text that people read uses a word that docs/glossary.md has replaced; the words are read from its table."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import click
import pytest

from webapp.cli.main import COMMANDS, main
from webapp.settings import REPOSITORY_DIR, Settings
from webapp.web.core.languages import catalogue
from webapp.web.core.messages import TRANSLATED_LANGUAGES, source_messages

GLOSSARY = REPOSITORY_DIR / "docs" / "glossary.md"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]*>")
# What pages and the pages' code say to an admin; errors of other layers also reach the command line.
_PAGES = ("templates/", "static/js/", "webapp/web/")


class Rule(NamedTuple):
    """A term, the words that it replaces, and the phrases in which those mean something else."""

    term: str
    refused: tuple[str, ...]
    allowed: tuple[str, ...]

    def found_in(self, text: str) -> str | None:
        """Return the first refused words of a text."""
        words = " ".join(_PLACEHOLDER.sub(" ", text).split()).casefold()
        for phrase in self.allowed:
            words = words.replace(phrase, " ")
        return next((one for one in self.refused if _says(words, one)), None)


def _says(words: str, refused: str) -> bool:
    if refused.startswith('"'):
        return words.strip() == refused.strip('"')
    return re.search(rf"(?<!\w){re.escape(refused)}(?!\w)", words) is not None


def rules() -> Iterator[Rule]:
    """Read the rules from the glossary's table."""
    for line in GLOSSARY.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 6:
            refused = tuple(word.casefold() for word in re.findall(r"`([^`]+)`", cells[4]))
            allowed = tuple(phrase.strip().casefold() for phrase in cells[5].split(",") if phrase.strip())
            yield Rule(cells[0], refused, allowed)


RULES = [rule for rule in rules() if rule.refused]


def _catalogue_texts() -> Iterator[str]:
    for message in source_messages():
        yield from _forms(message.id)
    for language in TRANSLATED_LANGUAGES:
        for message in catalogue(language):
            yield from _forms(message.string) if message.id else ()


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def _commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from _commands(one)


def _command_texts() -> Iterator[str]:
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)  # type: ignore[attr-defined]
        for one in _commands(command):
            yield one.help or ""
            yield from (option.help or "" for option in one.params if isinstance(option, click.Option))


def _setting_texts() -> Iterator[str]:
    yield from (field.description or "" for field in Settings.model_fields.values())


SOURCES = {"pages and messages": _catalogue_texts, "commands": _command_texts, "settings": _setting_texts}


@pytest.mark.parametrize("source", SOURCES)
def test_no_text_uses_a_word_that_the_glossary_replaces(source):
    texts = set(SOURCES[source]())
    assert len(texts) > 20
    faults = [f"{word}: say {rule.term}: {text!r}" for text in texts for rule in RULES if (word := rule.found_in(text))]
    assert "\n".join(sorted(faults)) == ""


def test_no_page_names_an_environment_variable():
    assert not [
        message.id
        for message in source_messages()
        if any("AMENDS_" in form for form in _forms(message.id))
        and any(place.startswith(_PAGES) for place, _ in message.locations)
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Mask of %(name)s", "mask"),
        ("Unmasked", None),
        ("Check the network and try again", None),
        ("The network reads a face", "network"),
        ("Finds", '"finds"'),
        ("It finds faces", None),
        ("Logo of %(house)s", None),
    ],
)
def test_old_words_are_found_whole_and_outside_of_what_is_allowed(text, word):
    assert next((found for rule in RULES if (found := rule.found_in(text))), None) == word


def test_the_glossary_has_each_term_once():
    terms = [rule.term for rule in rules()]
    assert 40 <= len(terms) <= 80
    assert len(terms) == len(set(terms))
