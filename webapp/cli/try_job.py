"""`try-job`: one picture that comes through a pipe."""

import sys

import click

from webapp.settings import load_settings


@click.command("try-job", hidden=True)
def try_job() -> None:
    """Look at one picture that comes through a pipe; the web process calls this."""
    from webapp.runtime.trial_process import answer_trial

    answer_trial(load_settings(), sys.stdin, sys.stdout)
