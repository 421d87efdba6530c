"""`try-job`: one picture that comes through a pipe."""

import sys
from functools import partial

import click

from webapp.cli.vision_parts import picture_trier
from webapp.settings import load_settings


@click.command("try-job", hidden=True)
def try_job() -> None:
    """Look at one picture that comes through a pipe; the web process calls this."""
    from webapp.runtime.trial_process import answer_trial

    settings = load_settings()
    answer_trial(settings, partial(picture_trier, settings), sys.stdin, sys.stdout)
