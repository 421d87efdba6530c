"""`messages`: the texts of the pages and their translations."""

import click


@click.group()
def messages() -> None:
    """Bring the catalogues of other languages up to date, and say what they lack."""


@messages.command()
def update() -> None:
    """Write today's texts into every catalogue; new ones wait there for their translation.

    \b
    Example:
      python run.py messages update
    """
    from webapp.web.core.languages import TRANSLATIONS_DIR
    from webapp.web.core.messages import TRANSLATED_LANGUAGES, updated

    for language in TRANSLATED_LANGUAGES:
        path = TRANSLATIONS_DIR / f"{language}.po"
        path.write_bytes(updated(language))
        click.echo(f"Wrote {path}.")


@messages.command()
def check() -> None:
    """List what is not translated; the exit code is 1 where something is not.

    \b
    Example:
      python run.py messages check
    """
    from webapp.web.core.messages import TRANSLATED_LANGUAGES, problems

    found = [problem for language in TRANSLATED_LANGUAGES for problem in problems(language)]
    click.echo("\n".join(found) or "Every text is translated.")
    if found:
        raise SystemExit(1)
