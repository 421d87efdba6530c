"""Opens what several web processes know together, where a Redis is set."""

from dataclasses import dataclass

from webapp.services.ports import SharedPlaces, SharedState
from webapp.settings import Settings


@dataclass(frozen=True)
class Shared:
    """What all web processes of an installation have together.

    Attributes:
        state: what they count.
        stream_places: who watches live pictures.
    """

    state: SharedState
    stream_places: SharedPlaces


def open_shared(settings: Settings) -> Shared | None:
    """Return it; None where no Redis is set. Redis itself may be away: nothing is asked of it yet."""
    if settings.redis_url is None:
        return None
    from webapp.storage.shared.redis_link import RedisLink
    from webapp.storage.shared.redis_places import RedisPlaces
    from webapp.storage.shared.redis_state import RedisState

    link = RedisLink(settings.redis_url.get_secret_value())
    return Shared(RedisState(link), RedisPlaces(link, "streams"))
