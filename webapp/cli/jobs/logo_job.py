"""`logo-job`: one logo that comes through a pipe."""

import sys

import click


@click.command("logo-job", hidden=True)
def logo_job() -> None:
    """Draw one logo from the picture that comes through a pipe; the web process calls this."""
    from webapp.runtime.jobs.logo_process import answer_logo

    answer_logo(sys.stdin, sys.stdout)
