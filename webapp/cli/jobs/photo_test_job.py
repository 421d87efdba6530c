"""`try-job`: one picture that comes through a pipe."""

import sys
from functools import partial

import click

from webapp.cli.processes.parts.pipeline_parts import photo_tester
from webapp.settings import load_settings


@click.command("photo-test-job", hidden=True)
def photo_test_job() -> None:
    """Look at one picture that comes through a pipe; the web process calls this."""
    from webapp.runtime.jobs.photo_test_process import answer_photo_test

    settings = load_settings()
    answer_photo_test(settings, partial(photo_tester, settings), sys.stdin, sys.stdout)
