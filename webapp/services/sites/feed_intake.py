"""What a central instance takes of a site: once, in order, within bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.events import Event, EventKind
from webapp.domain.sites.feed import JPEG_BEGINS, MAX_PICTURE_BYTES, FeedBatch, SentDay, SiteNote
from webapp.domain.sites.sites import MOST_DAYS, MOST_INCIDENTS, MOST_PICTURES, FeedPosition, RegisteredSite
from webapp.errors import InputInvalid, NotFound
from webapp.services.ports import Clock, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import secret_hash
from webapp.services.sites.registry import SITE_TOKEN_PREFIX

# So many pictures are asked for at once; the site is asked for more with the next message.
_PICTURES_WANTED = 5


@dataclass(frozen=True)
class FeedAnswer:
    """What a site is answered.

    Attributes:
        position: how far its log has been followed.
        wants_pictures: the incidents of which pictures are wanted; none where they are not allowed on both sides.
    """

    position: FeedPosition
    wants_pictures: Sequence[int] = ()


@dataclass(frozen=True)
class FeedIntake:
    """The use cases around what sites send."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def find(self, token: str) -> RegisteredSite | None:
        """Return the site whose token it is."""
        if not token.startswith(SITE_TOKEN_PREFIX):
            return None
        with self.unit_of_work.reading() as work:
            return work.sites.find(secret_hash(token))

    def take(self, site_id: int, note: SiteNote, batch: FeedBatch | None) -> FeedAnswer:
        """Take one message; a batch that is here already, or that others have to come before, changes nothing.

        Args:
            site_id: whose it is, by its token and nothing else.
            note: what the site says of itself.
            batch: what happened; None where nothing did.

        Raises:
            NotFound: the site was removed meanwhile.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            site = work.sites.get(site_id)
            if site is None:
                raise NotFound("There is no site %(site_id)s.", site_id=site_id)
            self._take_note(work, site, note, now)
            position = site.position
            if batch is not None:
                position = _take_batch(work, site, batch, now)
            wanted: Sequence[int] = ()
            if site.takes_pictures and note.sends_pictures:
                since = now - timedelta(days=note.keep_pictures_days)
                wanted = work.site_log.wanting_pictures(site_id, limit=_PICTURES_WANTED, since=since)
            work.commit()
        return FeedAnswer(position, wanted)

    def take_picture(self, site_id: int, incident_id: int, jpeg: bytes, taken_at: datetime) -> None:
        """Take the picture of an incident, in place of an earlier one; an empty one says that there is none.

        Raises:
            InputInvalid: it is no JPEG, or too large.
            NotFound: nobody asked for it.
        """
        if (jpeg and not jpeg.startswith(JPEG_BEGINS)) or len(jpeg) > MAX_PICTURE_BYTES:
            raise InputInvalid("Expected a JPEG of at most %(most)s bytes.", most=MAX_PICTURE_BYTES)
        with self.unit_of_work() as work:
            site, kept = work.sites.get(site_id), work.site_log.get(site_id, incident_id)
            is_wanted = site is not None and site.shows_pictures and kept and kept.incident.snapshot_at is not None
            if not is_wanted:
                raise NotFound("Nobody asked for a picture of incident %(incident_id)s.", incident_id=incident_id)
            work.site_log.put_picture(site_id, incident_id, jpeg or None, taken_at)
            work.site_log.trim(site_id, MOST_INCIDENTS, MOST_PICTURES)
            work.commit()

    def _take_note(self, work: UnitOfWork, site: RegisteredSite, note: SiteNote, now: datetime) -> None:
        work.sites.note(site.site_id, note, now)
        work.site_log.put_cameras(site.site_id, note.cameras)
        work.site_log.put_days(site.site_id, _possible(note.days, now))
        if site.shows_pictures and not note.sends_pictures:
            work.site_log.remove_pictures(site.site_id)
        if site.silent_since is not None:
            work.sites.set_silent(site.site_id, None)
            payload = {"site": site.name, "site_id": site.site_id, "since": site.silent_since.isoformat()}
            work.events.append(Event(EventKind.SITE_CAME_BACK, now, payload))


def forget_old(work: UnitOfWork, site: RegisteredSite, now: datetime) -> int:
    """Delete what the site itself has deleted by now, also where it is silent; return how much."""
    if site.keep_incidents_days is None or site.keep_pictures_days is None:
        return 0
    cutoffs = (now - timedelta(days=days) for days in (site.keep_incidents_days, site.keep_pictures_days))
    work.site_log.remove_days(site.site_id, now.date() - timedelta(days=MOST_DAYS))
    return work.site_log.remove_old(site.site_id, *cutoffs)


def _take_batch(work: UnitOfWork, site: RegisteredSite, batch: FeedBatch, now: datetime) -> FeedPosition:
    position = site.position
    if batch.is_fill:
        if batch.fill_after not in (0, position.fill_after):
            return position
        kept = [one.incident_id for one in batch.incidents]
        work.site_log.remove_others(site.site_id, kept, batch.fill_after or 0, batch.fill_to)
    elif batch.after != position.event_id or position.fill_after is not None:
        return position
    work.site_log.put(site.site_id, batch.incidents, now)
    work.site_log.remove(site.site_id, batch.gone)
    if batch.incidents:
        work.site_log.trim(site.site_id, MOST_INCIDENTS, MOST_PICTURES)
    position = FeedPosition(batch.event_id, batch.event_at, batch.fill_to if batch.is_fill else None)
    work.sites.set_position(site.site_id, position)
    return position


def _possible(days: Sequence[SentDay], now: datetime) -> list[SentDay]:
    """Return those days that can have been: what a clock far off makes of others is not kept."""
    today = now.date()
    return [one for one in days if abs((today - one.day).days) < MOST_DAYS and one.day <= today + timedelta(days=1)]
