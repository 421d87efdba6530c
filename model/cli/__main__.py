"""``python -m model.cli``."""

import click

from model.cli import commands

click.Group(commands=commands)()
