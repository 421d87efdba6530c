#!/usr/bin/env python3
"""The command line of Amends; `python run.py --help` lists the commands."""

import sys


def _run() -> None:
    if sys.argv[1:] == ["capture"]:  # There is one for each camera, so it goes without what the command line needs.
        from webapp.cli.processes.capture import capture

        sys.exit(capture())
    from webapp.cli.main import run

    run(sys.argv[1:])


if __name__ == "__main__":
    _run()
