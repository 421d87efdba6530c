"""The learning side's commands; ``run.py`` attaches them, and ``python -m model.cli`` runs them alone."""

import click

from model.cli.average import average
from model.cli.crossval import crossval
from model.cli.ensemble import ensemble
from model.cli.evaluate import evaluate
from model.cli.experiments import experiments
from model.cli.export import export
from model.cli.interpolate import interpolate
from model.cli.pretrain import pretrain
from model.cli.train import train

commands: list[click.Command] = [
    train,
    pretrain,
    crossval,
    interpolate,
    average,
    ensemble,
    experiments,
    evaluate,
    export,
]
