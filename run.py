#!/usr/bin/env python3
"""The command line of Amends; `python run.py --help` lists the commands."""

import sys


def _run() -> None:
    if sys.argv[1:] == ["capture"]:  # There is one for each camera, so it goes without what the command line needs.
        from webapp.cli.processes.capture import capture

        sys.exit(capture())
    from webapp.cli.main import main

    main(prog_name="run.py")


if __name__ == "__main__":
    _run()
