"""Every text of the product is there in every language."""

import re

import pytest
from babel.messages.catalog import Message

from webapp.settings import REPOSITORY_DIR
from webapp.web.core.languages import catalogue
from webapp.web.core.messages import TRANSLATED_LANGUAGES, problem_of, problems, source_messages

TEMPLATES = sorted((REPOSITORY_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((REPOSITORY_DIR / "static" / "js").rglob("*.js"))
# What reads the same in every language.
SAME_EVERYWHERE = {"Amends", "CSV", "JSON", "MiB", "GiB", "SHA-256", "https", "ms", "min", "rtsp", "Tab"}
NOT_TEXT = re.compile(
    r"\{#.*?#\}|\{% block (?:main_class|body_class|card_class|form_id) %\}.*?\{% endblock %\}"
    r"|<(script|style|code)\b.*?</\1>|\{%.*?%\}|\{\{.*?\}\}|&\w+;",
    re.DOTALL,
)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
READ_ATTRIBUTE = re.compile(r'\s(?:alt|aria-label|placeholder|title|data-label|data-confirm(?:-yes)?)="([^"]*)"')
WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
SPOKEN_ONCE = re.compile(r'textContent = (?:"[A-Z]|`[A-Z])|(?:toast|announce|say)\((?:"[A-Za-z]|`)')


def plain_words(template: str) -> set[str]:
    """Return the words of a template that no translator would see."""
    markup = NOT_TEXT.sub("", template)
    texts = [TAG.sub(" ", markup), *READ_ATTRIBUTE.findall(markup)]
    return {word for text in texts for word in WORD.findall(text)} - SAME_EVERYWHERE


@pytest.mark.parametrize("language", TRANSLATED_LANGUAGES)
def test_a_language_has_every_text(language: str) -> None:
    assert list(problems(language)) == []


@pytest.mark.parametrize("language", TRANSLATED_LANGUAGES)
def test_a_catalogue_holds_nothing_that_is_gone(language: str) -> None:
    texts = {(message.id, message.context) for message in source_messages()}

    assert [message.id for message in catalogue(language) if (message.id, message.context) not in texts] == []


def test_texts_of_pages_views_and_scripts_are_found() -> None:
    texts = {message.id for message in source_messages()}

    assert {"Log in", "Your session has ended. Please log in again.", "Sound on"} <= texts
    assert {("{n} new alert", "{n} new alerts"), ("%(num)s day", "%(num)s days")} <= texts


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (Message("Save", ""), "not translated"),
        (Message("Save", "Speichern", flags=("fuzzy",)), "marked as doubtful"),
        (Message("%(name)s is saved.", "%(nam)s ist gespeichert."), "expected the placeholders ['%(name)s']"),
        (Message("Of <em>Retention</em>", "Aus Aufbewahrung"), "expected the placeholders ['</em>', '<em>']"),
        (Message(("{n} alert", "{n} alerts"), ("{n} Alarm", "Alarme")), "expected the placeholders ['{n}']"),
        (Message("Save", "Speichern"), ""),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(message: Message, problem: str) -> None:
    assert problem_of(message, message.id) == problem


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(REPOSITORY_DIR / "templates")))
def test_a_page_holds_no_text_that_no_translator_sees(path) -> None:  # type: ignore[no-untyped-def]
    assert plain_words(path.read_text()) == set()


def test_a_text_that_nobody_wrapped_is_noticed() -> None:
    assert plain_words('<p aria-label="Two words">{{ _("Hello") }} there</p>') == {"Two", "words", "there"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(REPOSITORY_DIR / "static" / "js")))
def test_a_script_says_nothing_that_no_translator_sees(path) -> None:  # type: ignore[no-untyped-def]
    assert SPOKEN_ONCE.findall(path.read_text()) == []
