"""Who wrote of which camera, noted by the database itself: what a machine believes does not count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

_NOTE = """
CREATE TABLE bench_writes (camera_id integer, epoch integer, owner text, writer text);
CREATE FUNCTION bench_note() RETURNS trigger AS $$
DECLARE of_camera integer; decided timestamp; has camera_owners;
BEGIN
    IF TG_TABLE_NAME = 'cameras' THEN
        of_camera := NEW.id;
    ELSE
        of_camera := NEW.camera_id;
    END IF;
    SELECT * INTO has FROM camera_owners WHERE camera_id = of_camera;
    IF TG_TABLE_NAME = 'incidents' THEN
        decided := NEW.opened_at;
        -- An alert of before the camera changed hands, which the machine of then alone has seen, is stored late.
        IF decided < has.since THEN
            RETURN NEW;
        END IF;
    END IF;
    INSERT INTO bench_writes (camera_id, epoch, owner, writer)
        VALUES (of_camera, has.epoch, has.node, host(inet_client_addr()));
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER bench_cameras BEFORE UPDATE OF state ON cameras FOR EACH ROW EXECUTE FUNCTION bench_note();
CREATE TRIGGER bench_incidents BEFORE INSERT ON incidents FOR EACH ROW EXECUTE FUNCTION bench_note();
"""


@dataclass(frozen=True)
class Raised:
    """An incident.

    Attributes:
        camera_id: of which camera.
        opened_s: when it was raised, in seconds since 1970.
        started_s: when the face rose above the clear threshold.
    """

    camera_id: int
    opened_s: float
    started_s: float


def note_writes(engine: sa.Engine) -> None:
    """Have the database note from now on who writes of which camera."""
    with engine.begin() as connection:
        connection.exec_driver_sql(_NOTE)


def owners_at_once(engine: sa.Engine, addresses: Mapping[str, str]) -> int:
    """Return the most machines that wrote of one camera while it was one machine's: 1 where all is well.

    Args:
        engine: to the database.
        addresses: the machines' names → their addresses.
    """
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT DISTINCT camera_id, epoch, owner, writer FROM bench_writes").all()
    writers: dict[tuple[int, int], set[str]] = {}
    for camera_id, epoch, owner, writer in rows:
        writers.setdefault((camera_id, epoch), {addresses.get(owner, "nobody")}).add(writer)
    return max(map(len, writers.values()), default=0)


def raised(engine: sa.Engine) -> Sequence[Raised]:
    """Return all incidents, oldest first."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT camera_id, opened_at, started_at FROM incidents ORDER BY id").all()
    return [Raised(camera_id, _seconds(opened_at), _seconds(started_at)) for camera_id, opened_at, started_at in rows]


def _seconds(at: datetime) -> float:
    return at.replace(tzinfo=UTC).timestamp()
