"""How pictures and clips are called, wherever they are kept: a folder a day, names that cannot be guessed."""

import re
import secrets
from datetime import UTC, datetime, timedelta

# Names come from the database, which may be a restored one, and from stores that others may write to.
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}/[0-9a-f-]{1,60}\.(?:jpg|webm)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# When it was taken, as its name begins.
_TAKEN, _TAKEN_LENGTH = "%Y-%m-%d/%H%M%S", 17


def new_name(at: datetime, ending: str) -> str:
    """Return a new name for what was taken at a time (aware UTC)."""
    return f"{at:{_TAKEN}}-{secrets.token_hex(8)}.{ending}"


def is_name(name: str) -> bool:
    """Return whether a picture or clip of ours can be called so; no other name is ever looked for."""
    return _NAME.fullmatch(name) is not None


def is_day(name: str) -> bool:
    """Return whether a folder of a day can be called so."""
    return _DAY.fullmatch(name) is not None


def taken_at(name: str) -> datetime | None:
    """Return when it was taken, to the second; None where its name does not say so."""
    try:
        return datetime.strptime(name[:_TAKEN_LENGTH], _TAKEN).replace(tzinfo=UTC)
    except ValueError:
        return None


def days_between(begin: datetime, end: datetime) -> list[str]:
    """Return the folders of what was taken in a time, the first day first."""
    days = ((begin + timedelta(days=day)).astimezone(UTC) for day in range((end - begin).days + 2))
    return sorted({f"{day:%Y-%m-%d}" for day in days})


def is_between(name: str, begin: datetime, end: datetime) -> bool:
    """Return whether something of ours was taken in a time, to the second, without its end."""
    first, last = f"{begin.astimezone(UTC):{_TAKEN}}", f"{end.astimezone(UTC):{_TAKEN}}"
    return is_name(name) and first <= name[:_TAKEN_LENGTH] < last
