"""Which language a page speaks, and where its words come from.

Somebody's own choice comes first: a cookie, because it has to hold before anybody has logged in. Then comes the
language of the site, then what the browser asks for. The catalogues are the `.po` files as translators write them,
read once per process: there is no compiled file that could be older than its source.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, redirect, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from webapp.domain.site.site import LANGUAGES
from webapp.web.core.app_context import app_settings
from webapp.web.core.guards import public
from webapp.web.core.page_facts import page_facts
from webapp.web.core.safe_redirects import cookie_path, own_target, this_address

TRANSLATIONS_DIR = Path(__file__).parent.parent / "translations"
SOURCE_LANGUAGE = "en"
# The words of the browser's scripts are those whose place is here.
_SCRIPTS = "static/js/"
_COOKIE = "amends_language"

languages = Blueprint("languages", __name__)


class _Catalogues(Domain):
    """Finds the words of the current request's language; English stands in the code itself."""

    def get_translations(self) -> NullTranslations:
        return _translations(page_language())


def init_app(app: Flask) -> None:
    """Let pages and messages speak the reader's language."""
    babel = Babel(app, default_locale=SOURCE_LANGUAGE, locale_selector=_wanted_language)
    babel.domain_instance = _Catalogues()
    app.jinja_env.globals.update(page_language=page_language, script_words=script_words, LANGUAGES=LANGUAGES)
    app.jinja_env.globals["this_address"] = this_address
    app.register_blueprint(languages)
    for language in LANGUAGES:  # What cannot be read shall say so now, not to the first guest who reads German.
        _translations(language)


@languages.post("/language")
@public
def choose() -> Response:
    """Speak another language in this browser from now on."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise BadRequest(f"Expected one of the languages {', '.join(LANGUAGES)}.")
    answer = redirect(own_target(request.form.get("next", "")))
    answer.set_cookie(
        _COOKIE,
        language,
        max_age=timedelta(days=365),
        path=cookie_path(),
        httponly=True,
        samesite="Lax",
        secure=app_settings().https_only,
    )
    return answer


def page_language() -> str:
    """Return the language of this request by its code, such as `de`."""
    locale = get_locale()
    return str(locale.language) if locale else SOURCE_LANGUAGE


def script_words() -> dict[str, str | list[str]]:
    """Return what the scripts say in this request's language; nothing for English, in which they are written."""
    return _script_words(page_language())


def translated(text: str, language: str) -> str:
    """Return a message of the catalogue in a language; English, in which it is written, where there is no other."""
    return _translations(language).gettext(text)


def catalogue(language: str) -> Catalog:
    """Return a language's catalogue as its translator wrote it."""
    with (TRANSLATIONS_DIR / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _wanted_language() -> str:
    if request.headers.get("Authorization"):
        return SOURCE_LANGUAGE  # A program reads the words, and its author looks for them in the manual.
    chosen = request.cookies.get(_COOKIE)
    if chosen and chosen in LANGUAGES:
        return chosen
    return page_facts().site.language or request.accept_languages.best_match(LANGUAGES) or SOURCE_LANGUAGE


@lru_cache
def _translations(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache
def _script_words(language: str) -> dict[str, str | list[str]]:
    if language == SOURCE_LANGUAGE:
        return {}
    return {
        _forms(message.id)[0]: message.string if isinstance(message.string, str) else list(_forms(message.string))
        for message in catalogue(language)
        if any(path.startswith(_SCRIPTS) for path, _line in message.locations)
    }


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ()
