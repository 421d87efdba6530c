"""`bench`: measurements that the documentation quotes."""

import click

from webapp.cli.bench.alerts import alerts
from webapp.cli.bench.all import everything
from webapp.cli.bench.cameras import cameras
from webapp.cli.bench.failover.command import failover
from webapp.cli.bench.people import people
from webapp.cli.bench.pipeline import pipeline
from webapp.cli.bench.scenes.command import scene
from webapp.cli.bench.start import start
from webapp.cli.bench.web import web


@click.group()
def bench() -> None:
    """Measure speed on this machine; every figure names its clip and its run."""


bench.add_command(everything)
bench.add_command(alerts)
bench.add_command(cameras)
bench.add_command(failover)
bench.add_command(people)
bench.add_command(pipeline)
bench.add_command(scene)
bench.add_command(web)
bench.add_command(start)
