"""Text files that are at any moment either the old or the new one, never half of one."""

from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a text file so that it is never seen half-written."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path)
