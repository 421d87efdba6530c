"""The compliance file: what a site has on record, and what the software shows of itself, at one moment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import Event, EventKind
from webapp.domain.insights.oversight import Oversight, count_oversight
from webapp.domain.people.audit import AuditFilter
from webapp.domain.people.roles import Role
from webapp.domain.site.analysis_gate import AnalysisGate, missing_of_site
from webapp.domain.site.compliance.answers import ComplianceAnswers
from webapp.domain.site.compliance.duties import Line
from webapp.domain.site.compliance.visits import DeletionProof
from webapp.domain.site.retention import KeptKind
from webapp.domain.site.site import Site
from webapp.domain.site.site_records import RecordKind, SiteRecord, newest
from webapp.services.compliance.visits import proofs_of
from webapp.services.model.model_card import ModelCard
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.site.backups import Backup, BackupService
from webapp.services.site.retention import RetentionForecast, RetentionService
from webapp.services.site.site import SiteService, house_of
from webapp.services.site.site_records import gates_of
from webapp.services.stored_rules import StoredRule

OVERSIGHT_DAYS = 90
MOST_CHANGES = 100
_MOST_DELETIONS = 5000
_ANSWERS = StoredRule("compliance", ComplianceAnswers())
# Housekeeping comes round every ten seconds, and deletes a little at a time.
_MAY_BE_LATE = timedelta(hours=1)
CHANGES = frozenset(
    kind
    for kind in EventKind
    if kind.value.startswith(("user_", "kiosk_", "token_", "invitation_", "visitor_", "second_factor_removed"))
    or kind
    in (
        EventKind.CAMERA_ADDED,
        EventKind.CAMERA_CHANGED,
        EventKind.CAMERA_REMOVED,
        EventKind.RULE_CHANGED,
        EventKind.SETTINGS_CHANGED,
        EventKind.SITE_RECORDED,
        EventKind.SINGLE_SIGN_ON_CHANGED,
        EventKind.BACKUP_RESTORED,
    )
)


@dataclass(frozen=True)
class CameraOnFile:
    """One camera, without any picture, address or secret.

    Attributes:
        camera: as it is registered.
        gate: what is missing before its faces may be analysed.
        staff_record: what is said of staff in its picture, the newest; None where nothing is.
    """

    camera: Camera
    gate: AnalysisGate
    staff_record: SiteRecord | None


@dataclass(frozen=True)
class DeletedMonth:
    """What retention deleted in a month.

    Attributes:
        month: its first day, in UTC.
        counts: kind → how many.
        last_at: when the last of them went.
    """

    month: date
    counts: Mapping[str, int]
    last_at: datetime


@dataclass(frozen=True)
class ComplianceFile:
    """All that the file says; words are made at the edge.

    Attributes:
        made_at: at which moment (aware UTC).
        site: what people are told.
        records: all that was ever put on record, oldest first.
        cameras: by name.
        retention: kind → days, how many there are and how many are older.
        overdue: the kinds of which something is older than the rule and should be gone.
        deletions: what was deleted, the newest month first.
        backups: those in the data folder.
        requests: what was deleted on a visitor's request, the newest first.
        card: of the AI model; None where there is none that can be read.
        oversight: of the last `OVERSIGHT_DAYS` days.
        roles: role → how many people have it.
        changes: the newest, at most `MOST_CHANGES`.
        change_count: how many there are in the audit trail.
        answers: what people wrote down.
        gaps: lines of which something is missing that is the software's to show, or on record.
    """

    made_at: datetime
    site: Site
    records: Sequence[SiteRecord]
    cameras: Sequence[CameraOnFile]
    retention: Sequence[RetentionForecast]
    overdue: Sequence[KeptKind]
    deletions: Sequence[DeletedMonth]
    backups: Sequence[Backup]
    requests: Sequence[DeletionProof]
    card: ModelCard | None
    oversight: Oversight
    roles: Mapping[Role, int]
    changes: Sequence[Event]
    change_count: int
    answers: ComplianceAnswers
    gaps: frozenset[Line]

    @property
    def blanks(self) -> frozenset[Line]:
        """The lines that people have to answer and have not."""
        return frozenset(line for line, text in self.answers.by_line().items() if not text.strip())

    def newest(self, kind: RecordKind) -> SiteRecord | None:
        """Return the newest record of the site of a kind."""
        return newest(self.records, kind)

    def history(self, kind: RecordKind) -> Sequence[SiteRecord]:
        """Return the records of a kind, the newest first."""
        return [one for one in reversed(self.records) if one.kind is kind]


@dataclass(frozen=True)
class ComplianceService:
    """The use cases around the compliance file.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time of day.
        site: what people are told.
        retention: how long what is kept.
        backups: the backups in the data folder.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    site: SiteService
    retention: RetentionService
    backups: BackupService

    def answers(self) -> ComplianceAnswers:
        """Return what people wrote down."""
        with self.unit_of_work.reading() as work:
            return _ANSWERS.read(work)

    def change_answers(self, answers: ComplianceAnswers, actor: str) -> None:
        """Let other answers stand in the file from now on."""
        with self.unit_of_work() as work:
            _ANSWERS.change(work, answers, self.clock.now(), actor)
            work.commit()

    def note_export(self, actor: str, form: str) -> None:
        """Put on record that the file left the installation."""
        with self.unit_of_work() as work:
            work.events.append(Event(EventKind.COMPLIANCE_EXPORTED, self.clock.now(), {"form": form}, actor))
            work.commit()

    def file(self, card: ModelCard | None) -> ComplianceFile:
        """Return the file as it is now.

        Args:
            card: of the AI model in use; None where there is none that can be read.
        """
        now = self.clock.now()
        retention = self.retention.forecast(self.retention.rule())
        with self.unit_of_work.reading() as work:
            records, cameras = work.site_records.list(), work.cameras.list()
            overdue = [one.kind for one in retention if work.retention.count(one.kind, one.before - _MAY_BE_LATE)]
            on_file = _on_file(work, cameras, records)
            return ComplianceFile(
                made_at=now,
                site=house_of(work),
                records=records,
                cameras=on_file,
                retention=retention,
                overdue=overdue,
                deletions=_deletions(work),
                backups=self.backups.store.list(),
                requests=proofs_of(work),
                card=card,
                oversight=_oversight(work, now),
                roles=Counter(user.role for user in work.users.list() if user.enabled),
                changes=work.events.search(AuditFilter(only=CHANGES), limit=MOST_CHANGES),
                change_count=work.events.count(AuditFilter(only=CHANGES)),
                answers=_ANSWERS.read(work),
                gaps=_gaps(house_of(work), records, on_file, overdue, card),
            )


def _on_file(work: ReadUnitOfWork, cameras: Sequence[Camera], records: Sequence[SiteRecord]) -> Sequence[CameraOnFile]:
    gates = gates_of(work, cameras)
    return [
        CameraOnFile(
            camera,
            gates[camera.camera_id],
            newest(records, RecordKind.STAFF_ZONES, camera.camera_id),
        )
        for camera in cameras
    ]


def _oversight(work: ReadUnitOfWork, now: datetime) -> Oversight:
    since = now - timedelta(days=OVERSIGHT_DAYS)
    return count_oversight(work.incidents.figures(IncidentFilter(opened_from=since)))


def _deletions(work: ReadUnitOfWork) -> Sequence[DeletedMonth]:
    """Return what went, month by month, as far back as the newest lines of the audit trail say."""
    found = work.events.search(AuditFilter(only=frozenset({EventKind.DATA_DELETED})), limit=_MOST_DELETIONS)
    months: dict[date, Counter[str]] = {}
    last_at: dict[date, datetime] = {}
    for event in found:
        month = event.at.date().replace(day=1)
        last_at.setdefault(month, event.at)
        counted = {kind: event.payload[kind] for kind in KeptKind if isinstance(event.payload.get(kind), int)}
        months.setdefault(month, Counter()).update(counted)
    return [DeletedMonth(month, counts, last_at[month]) for month, counts in months.items()]


def _gaps(
    site: Site,
    records: Sequence[SiteRecord],
    cameras: Sequence[CameraOnFile],
    overdue: Sequence[KeptKind],
    card: ModelCard | None,
) -> frozenset[Line]:
    missing = missing_of_site(site, records)
    found = {
        Line.PURPOSE: RecordKind.PURPOSE in missing,
        Line.LEGAL_BASIS: RecordKind.PURPOSE in missing,
        Line.NOTICE: RecordKind.NOTICE in missing,
        Line.STAFF: any(RecordKind.STAFF_ZONES in one.gate.missing for one in cameras),
        Line.RETENTION: bool(overdue),
        Line.MODEL: card is None,
        Line.ACCURACY: card is None or card.people is None,
        Line.CONTROLLER: not site.is_complete,
    }
    return frozenset(line for line, is_missing in found.items() if is_missing)
