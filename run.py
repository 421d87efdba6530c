#!/usr/bin/env python3
"""The command line of Amends; `python run.py --help` lists the commands."""

from webapp.cli import main

if __name__ == "__main__":
    main(prog_name="run.py")
