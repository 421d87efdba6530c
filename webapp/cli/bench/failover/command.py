"""`bench failover`: the command."""

import tempfile
from pathlib import Path

import click

from webapp.cli.bench.failover.measuring import FailoverFigures, measure_failover
from webapp.cli.bench.figures import JSON_HELP, machine, machine_words, report
from webapp.cli.processes.parts.pipeline_parts import check_writable


@click.command()
@click.option("--nodes", default=3, show_default=True, type=click.IntRange(3, 9), help="Machines.")
@click.option("--cameras", default=12, show_default=True, type=click.IntRange(3, 64), help="Cameras, in all.")
@click.option("--json", "json_path", metavar="F", type=click.Path(dir_okay=False, path_type=Path), help=JSON_HELP)
def failover(nodes: int, cameras: int, json_path: Path | None) -> None:
    """Have machines of a cluster fail while alerts flow, and count what is lost.

    Machines are made of this one by namespaces of Linux, each with its own address and processes: root, iproute2,
    PostgreSQL, Redis and `make setup-cluster` are needed. Before each camera a face is angry for 30 of 60 seconds. One
    machine is killed at once with all its processes, then the head, then a line is cut for 25 s; each comes back. It
    takes some six minutes. Everything is in a folder of its own, which is removed afterwards.

    \b
    Examples:
      python run.py bench failover
      python run.py bench failover --nodes 4 --cameras 16 --json -
    """
    check_writable(json_path)
    facts = machine()
    with tempfile.TemporaryDirectory(prefix="amends-") as folder:
        Path(folder).chmod(0o711)
        figures = measure_failover(Path(folder), nodes, cameras, lambda words: click.echo(words, err=True))
    report(f"{machine_words(facts)}\n{words_of(figures)}", {**vars(figures), "machine": facts}, json_path)


def words_of(figures: FailoverFigures) -> str:
    """Return the figures as lines for people."""
    each = ", ".join(f"{what} {seconds:g} s" for what, seconds in figures.recovered_each_s.items())
    return (
        f"{figures.nodes} machines, {figures.cameras} cameras: watched elsewhere after {each}\n"
        f"  {figures.episodes} faces turned angry, {figures.incidents_raised} alerts were raised: "
        f"{figures.incidents_lost} lost, {figures.incidents_doubled} doubled, {figures.incidents_other} others\n"
        f"  machines that wrote of one camera at a time: {figures.owners_at_once_max}"
    )
