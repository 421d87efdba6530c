"""`gpu-job`: whether an artefact's models may run on the GPU."""

import os
import sys

import click


@click.command("gpu-job", hidden=True)
def gpu_job() -> None:
    """Try the models of the folder that comes through a pipe on the GPU; vision calls this."""
    from webapp.runtime.jobs.gpu_process import answer_gpu

    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # The library that drives the GPU prints to where the answer goes.
        answer_gpu(sys.stdin, answers)
