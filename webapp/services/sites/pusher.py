"""A site's side of the line: what is new goes to the central instance, which says how far it has come."""

from dataclasses import dataclass, field
from typing import Protocol

from webapp.domain.sites.central_state import CentralFault
from webapp.domain.sites.feed import FeedBatch, SiteNote
from webapp.domain.sites.sites import FeedPosition
from webapp.errors import CentralFailed
from webapp.services.sites.feed_intake import FeedAnswer
from webapp.services.sites.feed_source import FeedSource, SentPicture


class CentralLine(Protocol):
    """Speaks to the central instance."""

    def send(self, note: SiteNote, batch: FeedBatch | None) -> FeedAnswer:
        """Send one message and return the answer.

        Raises:
            CentralFailed: it was not taken; the value `fault` says why.
        """

    def send_picture(self, picture: SentPicture) -> None:
        """Send one picture.

        Raises:
            CentralFailed: the line failed. A picture that nobody wants any more is no failure.
        """


@dataclass
class FeedPusher:
    """Sends what is new; it remembers nothing that has to last, and one thread has it.

    Attributes:
        source: what is to be sent.
        line: to the central instance.
        contact_s: seconds after which something is said also where nothing happened.
    """

    source: FeedSource
    line: CentralLine
    contact_s: float = 20.0
    _position: FeedPosition | None = field(default=None, init=False)
    _said_s: float = field(default=0.0, init=False)

    def is_due(self, now_s: float) -> bool:
        """Return whether something is to be said at a steady time."""
        return self._position is None or now_s - self._said_s >= self.contact_s or self._has_news()

    def push(self, now_s: float) -> bool:
        """Send one message, and the pictures that are asked for; return whether there may be more.

        Raises:
            CentralFailed: it was not taken. The next time begins with the question how far the central instance is.
        """
        position, self._position = self._position, None
        batch = self.source.next_batch(position) if position is not None else None
        answer = self.line.send(self.source.note(batch, all_days=position is None), batch)
        if batch is not None and answer.position == position:
            raise CentralFailed("The central instance took nothing of what was sent.", fault=CentralFault.REFUSED)
        pictures = self.source.pictures(answer.wants_pictures)
        for picture in pictures:
            self.line.send_picture(picture)
        self._position, self._said_s = answer.position, now_s
        return position is None or batch is not None or bool(pictures)

    def _has_news(self) -> bool:
        return self._position is not None and self.source.last_event_id() != self._position.event_id
