"""Tables that people export: CSV with commas, semicolons or tabs, of any system and encoding."""

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from model.errors import DatasetUnreadable

_DELIMITERS = ",;\t|"
# What some spreadsheets want to be told before the header.
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=.\"?\s*$", re.IGNORECASE)
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_lines(path: Path) -> list[str]:
    """Return the lines of a text file.

    Raises:
        DatasetUnreadable: If it cannot be read.
    """
    try:
        with path.open(encoding=_encoding(path), errors="replace") as file:
            return file.read().splitlines()
    except OSError as error:
        raise DatasetUnreadable(f"{path}: cannot be read ({error.strerror})") from None


def read_header(path: Path) -> list[str]:
    """Return the columns' names as they stand there, without spaces around them; none where the file is empty."""
    try:
        with path.open(newline="", encoding=_encoding(path), errors="replace") as file:
            first = file.readline(100_000)
            delimiter = _delimiter(first)
            first = file.readline(100_000) if _SEPARATOR_LINE.match(first) else first
    except OSError:
        return []
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]


def read_table(path: Path, names: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a table with a header; rows of nothing are passed over.

    Args:
        path: The file. Columns are named in ``plain_name``'s way; what is missing at a row's end is empty.
        names: Of the columns, where the file has no header.

    Raises:
        DatasetUnreadable: If it cannot be read as a table.
    """
    csv.field_size_limit(sys.maxsize)
    header = list(names) or [plain_name(name) for name in read_header(path)]
    try:
        with path.open(newline="", encoding=_encoding(path), errors="replace") as file:
            first = file.readline()
            delimiter, passed_over = _delimiter(first), 1
            if not _SEPARATOR_LINE.match(first):
                passed_over = 0
                file.seek(0)
            reader = csv.DictReader(file, header, restkey="", restval="", delimiter=delimiter)
            if not names:
                next(reader, None)
            for row in reader:
                if any(value and value != [""] for value in map(_stripped, row.values())):
                    yield reader.line_num + passed_over, row
    except (OSError, csv.Error) as error:
        raise DatasetUnreadable(f"{path}: cannot be read as a table ({error})") from None


def plain_name(column: str) -> str:
    """Return a column's name in lower case, letters and digits alone."""
    return re.sub(r"[\W_]", "", column).lower()


def first_of(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Return what stands in the first of some columns that the table has; empty where it has none."""
    return next((row[name].strip() for name in names if name in row), "")


def _stripped(value: str | list[str]) -> str | list[str]:
    return value.strip() if isinstance(value, str) else value


def _delimiter(header: str) -> str:
    """Return what most often stands between two columns."""
    return max(_DELIMITERS, key=header.count)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in _UTF_16_MARKS else "utf-8-sig"
