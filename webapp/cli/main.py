"""The root of the command line."""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence

import click

from model.errors import ModelError
from webapp.errors import AmendsError

_UMASK = 0o077
COMMANDS: Mapping[str, str] = {
    "serve": "webapp.cli.processes.serve:serve",
    "web": "webapp.cli.processes.web:web",
    "vision": "webapp.cli.processes.vision:vision",
    "housekeeping": "webapp.cli.processes.housekeeping:housekeeping",
    "relay": "webapp.cli.processes.relay:relay",
    "backup": "webapp.cli.backup:backup",
    "camera": "webapp.cli.camera:camera",
    "cluster": "webapp.cli.cluster.command:cluster",
    "compliance": "webapp.cli.compliance:compliance",
    "database": "webapp.cli.database:database",
    "doctor": "webapp.cli.doctor.command:doctor",
    "site": "webapp.cli.site:site",
    "sites": "webapp.cli.sites:sites",
    "snapshots": "webapp.cli.snapshots:snapshots",
    "mail": "webapp.cli.mail:mail",
    "notifications": "webapp.cli.notifications:notifications",
    "user": "webapp.cli.user:user",
    "predict": "webapp.cli.offline.predict:predict",
    "explain": "webapp.cli.offline.explain:explain",
    "analyse": "webapp.cli.offline.analyse:analyse",
    "evaluate-alerts": "webapp.cli.offline.evaluate_alerts:evaluate_alerts",
    "cluster-controller-job": "webapp.cli.cluster.command:controller_job",
    "opening-job": "webapp.cli.processes.opening:opening_job",
    "photo-test-job": "webapp.cli.jobs.photo_test_job:photo_test_job",
    "clip-job": "webapp.cli.jobs.clip_job:clip_job",
    "gpu-job": "webapp.cli.jobs.gpu_job:gpu_job",
    "restore-check-job": "webapp.cli.jobs.restore_check_job:restore_check_job",
    "restore-job": "webapp.cli.jobs.restore_job:restore_job",
    "logo-job": "webapp.cli.jobs.logo_job:logo_job",
    "delivery-job": "webapp.cli.jobs.delivery_job:delivery_job",
    "bench": "webapp.cli.bench.commands:bench",
    "check-migrations": "webapp.cli.processes.serve:check_migrations",
    "messages": "webapp.cli.messages:messages",
    "data": "webapp.cli.offline.dataset:data",
    "train": "model.cli.train:train",
    "pretrain": "model.cli.pretrain:pretrain",
    "crossval": "model.cli.crossval:crossval",
    "interpolate": "model.cli.interpolate:interpolate",
    "average": "model.cli.average:average",
    "ensemble": "model.cli.ensemble:ensemble",
    "experiments": "model.cli.experiments:experiments",
    "evaluate": "model.cli.evaluate:evaluate",
    "export": "model.cli.export:export",
}


_OF_PROCESSES = ("webapp.cli.processes.", "webapp.cli.jobs.")


def spare_what_nobody_uses() -> None:
    """Keep libraries from loading others only because they are installed: in each process, for as long as it runs.

    structlog would load Rich, for colours that no log of ours has: 4 MB and a tenth of a second. pydantic would search
    every installed package for plugins.
    """
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # Python's own way to say: not installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


class InputProblem(click.ClickException):
    """A wrong input: one clear line and exit code 2."""

    exit_code = 2


class LazyGroup(click.Group):
    """Imports a command's module when the command is called: `serve` must not wait for what `analyse` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module_name, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module_name), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what we raise on purpose becomes one line."""
        try:
            return super().invoke(ctx)
        except (AmendsError, ModelError) as error:
            raise InputProblem(str(error)) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands that can be loaded here: training needs what `make setup` does not install."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(80)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.version_option("0.1.0", prog_name="Amends")
@click.pass_context
def main(context: click.Context) -> None:
    """Amends alerts staff when a customer on a camera looks angry.

    Without a command it serves: web pages, cameras and alerts, all on this machine.

    \b
    Examples:
      python run.py
      python run.py camera add "Front desk" rtsp://192.0.2.10/stream1 --username viewer
      python run.py user add Dana --role staff
      python run.py analyse visit.mp4 --json visit.json
    """
    os.umask(_UMASK)  # Whatever a command or a process of ours writes is for its owner alone; children inherit it.
    if context.invoked_subcommand is None:
        from webapp.cli.processes.serve import serve

        context.invoke(serve)


def run(arguments: Sequence[str]) -> None:
    """Run the command that is named first, in a process that does nothing else; see `main`."""
    if COMMANDS.get(arguments[0] if arguments else "serve", "").startswith(_OF_PROCESSES):
        spare_what_nobody_uses()
    if any("://" in one for one in arguments):
        from webapp.runtime.processes.process_list import hide_addresses

        hide_addresses(arguments)
    main(arguments, prog_name="run.py")
