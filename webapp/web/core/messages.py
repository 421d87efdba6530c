"""Finds the texts to be translated in pages, views and scripts, and says what a catalogue lacks."""

import json
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from webapp import errors
from webapp.domain.site.site import LANGUAGES
from webapp.errors import AmendsError
from webapp.settings import REPOSITORY_DIR
from webapp.web.core.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR, catalogue

TRANSLATED_LANGUAGES = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)
# What an error says is read by people too; see `AmendsError`.
FOLDERS_WITH_ERRORS = ("webapp/domain", "webapp/services", "webapp/runtime", "webapp/vision")
_FOLDERS = {
    **{folder: [("**.py", "python")] for folder in FOLDERS_WITH_ERRORS},
    "webapp/web": [("**.py", "python")],
    "templates": [("**.html", "jinja2")],
    "static/js": [("**.js", "webapp.web.core.messages:script_texts")],
}
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
_ERRORS = {name: None for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, AmendsError)}
# So is what a check of a camera found, and what is advised.
_DATA = {"StateReason": None, "said": None}
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None, "lazy_ngettext": (1, 2), **_ERRORS, **_DATA}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>")
_COLUMNS = 120
# Babel's own reader of JavaScript overlooks calls within a template and behind a question mark.
_SCRIPT_CALL = re.compile(r'\b(n?gettext)\(\s*("(?:[^"\\]|\\.)*")(?:,\s*("(?:[^"\\]|\\.)*"))?')


def script_texts(
    file: IO[bytes], _keywords: object, _tags: object, options: object
) -> Iterator[tuple[int, str, str | tuple[str, str], list[str]]]:
    """Yield the texts of a script, in the form that Babel asks of its readers."""
    source = file.read().decode()
    for call in _SCRIPT_CALL.finditer(source):
        name, first, second = call.groups()
        texts = (json.loads(first), json.loads(second)) if name == "ngettext" else json.loads(first)
        yield source.count("\n", 0, call.start()) + 1, name, texts, []


def source_messages() -> Catalog:
    """Return every text of the product, as it is in the code."""
    found = Catalog(project="Amends", charset="utf-8")
    for folder, methods in _FOLDERS.items():
        options = {pattern: _OPTIONS.get(pattern, {}) for pattern, _ in methods}
        texts = extract_from_dir(REPOSITORY_DIR / folder, methods, options, keywords=_KEYWORDS)
        for path, line, text, comments, context in texts:
            found.add(text, None, [(f"{folder}/{path}", line)], auto_comments=comments, context=context)
    return found


def updated(language: str) -> bytes:
    """Return a language's catalogue with today's texts: new ones empty, those that are gone left out."""
    known = catalogue(language) if (TRANSLATIONS_DIR / f"{language}.po").exists() else Catalog(locale=language)
    # Without guesses: a text that was changed is translated again, by someone who has read it.
    known.update(source_messages(), no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(written, known, width=_COLUMNS, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return written.getvalue()


def problems(language: str) -> Iterator[str]:
    """Yield what keeps a language from being complete."""
    translated = catalogue(language)
    for message in source_messages():
        problem = problem_of(translated.get(message.id, message.context), message.id) if message.id else ""
        if problem:
            yield f"{language}: {problem}: {message.id!r}"


def problem_of(translated: Message | None, text: str | Sequence[str]) -> str:
    """Return what is wrong with the translation of a text, or of the forms of one; empty where nothing is."""
    if translated is None or not all(_forms(translated.string)):
        return "not translated"
    if translated.fuzzy:
        return "marked as doubtful"
    # The first form of a plural may spell its number out.
    wanted = _placeholders(_forms(text)[-1])
    if _placeholders(_forms(translated.string)[-1]) != wanted:
        return f"expected the placeholders {sorted(wanted)}"
    return ""


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ("",)


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))
