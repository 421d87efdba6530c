"""All use cases over one database: the one place where they are put together."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from webapp.services.adapters import Adapters
from webapp.services.alerts.alert_test import AlertTestService
from webapp.services.alerts.corrections import CorrectionService
from webapp.services.alerts.escalation import ReminderService
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.alerts.incidents import IncidentService
from webapp.services.alerts.rules import RuleService
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.cameras.camera_setup import DraftService
from webapp.services.cameras.cameras import CameraService
from webapp.services.cameras.kiosks import KioskService
from webapp.services.cameras.snoozes import SnoozeService
from webapp.services.cameras.wall_screens import WallScreenService
from webapp.services.compliance.file import ComplianceService
from webapp.services.compliance.visits import VisitService
from webapp.services.dashboard.dashboard import DashboardService
from webapp.services.dashboard.handover import HandoverService
from webapp.services.dashboard.page_facts import PageService
from webapp.services.insights.backtest import RuleBacktestService
from webapp.services.insights.incident_exports import ReportService
from webapp.services.insights.insights import InsightService
from webapp.services.insights.saved_views import SavedViewService
from webapp.services.insights.threshold_tuning import ThresholdTuningService
from webapp.services.notifications.use_cases import NotificationUseCases
from webapp.services.people.accounts import AccountService
from webapp.services.people.audit import AuditService
from webapp.services.people.invitations import InvitationService
from webapp.services.people.passkeys import PasskeyService
from webapp.services.people.password_resets import PasswordResetService
from webapp.services.people.releases import ReleaseService
from webapp.services.people.second_factors import SecondFactorService
from webapp.services.people.sessions import SessionService, session_times
from webapp.services.people.single_sign_on import SingleSignOnService, role_mapping
from webapp.services.people.tokens import TokenService
from webapp.services.ports import Clock, UnitOfWorkFactory
from webapp.services.site.backup_schedule import BackupScheduleService
from webapp.services.site.backups import BackupService
from webapp.services.site.clock_guard import ClockGuard
from webapp.services.site.damaged_databases import DamagedDatabaseService
from webapp.services.site.first_day import FirstDayService
from webapp.services.site.logos import LogoService
from webapp.services.site.mail import MailService
from webapp.services.site.restores import RestoreService
from webapp.services.site.retention import RetentionService
from webapp.services.site.site import SiteService
from webapp.services.site.site_records import SiteRecordService
from webapp.settings import Settings


@dataclass(frozen=True)
class UseCases:
    """Each made when it is first asked for, and once."""

    settings: Settings
    adapters: Adapters

    @property
    def clock(self) -> Clock:
        """The time of day, as the use cases have it."""
        return self.adapters.clock

    @cached_property
    def _work_and_clock(self) -> tuple[UnitOfWorkFactory, Clock]:
        return self.adapters.unit_of_work, self.adapters.clock

    @cached_property
    def accounts(self) -> AccountService:
        """People."""
        return AccountService(self.adapters.unit_of_work, self.adapters.hasher, self.clock)

    @cached_property
    def advice(self) -> ThresholdTuningService:
        """Which threshold would have spared false alarms."""
        days = self.settings.score_track_days
        return ThresholdTuningService(self.adapters.unit_of_work, self.rules, self.clock, days, self.adapters.pause)

    @cached_property
    def alert_test(self) -> AlertTestService:
        """Alerts that an admin raises to see that they arrive."""
        return AlertTestService(*self._work_and_clock)

    @cached_property
    def analysis_configuration(self) -> AnalysisConfigurationService:
        """What vision watches by."""
        return AnalysisConfigurationService(self.adapters.unit_of_work, self.rules.defaults, self.adapters.machine_zone)

    @cached_property
    def audit(self) -> AuditService:
        """Who did what."""
        return AuditService(*self._work_and_clock)

    @cached_property
    def backups(self) -> BackupService:
        """Backups."""
        return BackupService(self.adapters.unit_of_work, self.adapters.backups, self.clock, self.retention.rule)

    @cached_property
    def backup_schedule(self) -> BackupScheduleService:
        """Backups that are made by themselves."""
        folders = self.adapters.backup_folders
        return BackupScheduleService(self.adapters.unit_of_work, self.backups, folders, self.clock, self.site.zone)

    @cached_property
    def cameras(self) -> CameraService:
        """The registered cameras."""
        return CameraService(self.adapters.unit_of_work, self.adapters.cipher, self.clock)

    @cached_property
    def corrections(self) -> CorrectionService:
        """How resolved incidents ended, said anew."""
        return CorrectionService(*self._work_and_clock)

    @cached_property
    def compliance(self) -> ComplianceService:
        """What the site shows of how it keeps the law."""
        return ComplianceService(*self._work_and_clock, self.site, self.retention, self.backups)

    @cached_property
    def damaged_databases(self) -> DamagedDatabaseService:
        """What is said of a database that was set aside."""
        return DamagedDatabaseService(self.adapters.unit_of_work)

    @cached_property
    def dashboard(self) -> DashboardService:
        """What the dashboard and its push show."""
        return DashboardService(*self._work_and_clock)

    @cached_property
    def drafts(self) -> DraftService:
        """Cameras that are about to be added."""
        return DraftService(self.adapters.unit_of_work, self.adapters.cipher, self.clock)

    @cached_property
    def first_day(self) -> FirstDayService:
        """Setting the installation up."""
        return FirstDayService(*self._work_and_clock)

    @cached_property
    def handovers(self) -> HandoverService:
        """What happened since somebody looked."""
        return HandoverService(*self._work_and_clock)

    @cached_property
    def site(self) -> SiteService:
        """What the site says of itself."""
        return SiteService(*self._work_and_clock, self.adapters.machine_zone)

    @cached_property
    def site_records(self) -> SiteRecordService:
        """What has to be on record before faces are analysed."""
        return SiteRecordService(*self._work_and_clock, self.site)

    @cached_property
    def visits(self) -> VisitService:
        """What is kept of a visit, for whoever asks for it."""
        clock, pause = self.clock, self.adapters.pause
        return VisitService(self.adapters.unit_of_work, self.adapters.snapshots, self.backups, self.site, clock, pause)

    @cached_property
    def incidents(self) -> IncidentService:
        """Incidents, as staff and managers work with them."""
        return IncidentService(self.adapters.unit_of_work, self.adapters.snapshots, self.clock)

    @cached_property
    def insights(self) -> InsightService:
        """What can be learned from the incidents."""
        return InsightService(*self._work_and_clock, self.adapters.pause)

    @cached_property
    def invitations(self) -> InvitationService:
        """One-time links."""
        return InvitationService(self.adapters.unit_of_work, self.accounts, self.clock)

    @cached_property
    def kiosks(self) -> KioskService:
        """Screens that are cameras."""
        return KioskService(*self._work_and_clock)

    @cached_property
    def wall_screens(self) -> WallScreenService:
        """Screens on walls."""
        return WallScreenService(*self._work_and_clock)

    @cached_property
    def logos(self) -> LogoService:
        """The logo of the site."""
        return LogoService(*self._work_and_clock)

    @cached_property
    def mail(self) -> MailService:
        """Mails, and the server that takes them."""
        return MailService(self.adapters.unit_of_work, self.adapters.cipher, self.clock, self.adapters.mailer)

    def has_mails_waiting(self) -> bool:
        """Return whether mails wait to be sent."""
        test = self.mail.test()
        return (test is not None and test.done_at is None) or self.password_resets.has_waiting()

    @cached_property
    def password_resets(self) -> PasswordResetService:
        """Links by which people choose another password."""
        return PasswordResetService(self.adapters.unit_of_work, self.accounts, self.clock, self.mail.send)

    @cached_property
    def notifications(self) -> NotificationUseCases:
        """Who is told of what, and by which ways."""
        return NotificationUseCases(*self._work_and_clock, self.adapters.cipher, self.site.zone)

    @cached_property
    def pages(self) -> PageService:
        """What every page needs."""
        return PageService(self.adapters.unit_of_work, self.sessions)

    @cached_property
    def passkeys(self) -> PasskeyService:
        """Keys of people's own."""
        return PasskeyService(*self._work_and_clock, self.adapters.shared)

    @cached_property
    def recorder(self) -> IncidentRecorder:
        """What the alert policies decide; it remembers, and one process has it."""
        return IncidentRecorder(self.adapters.unit_of_work, self.adapters.snapshots, self.clock)

    @cached_property
    def releases(self) -> ReleaseService:
        """What people have read of what is new."""
        return ReleaseService(self.adapters.unit_of_work)

    @cached_property
    def reminders(self) -> ReminderService:
        """Alerts that nobody has taken."""
        return ReminderService(*self._work_and_clock)

    @cached_property
    def reports(self) -> ReportService:
        """The log as a file."""
        return ReportService(self.adapters.unit_of_work)

    @cached_property
    def clock_guard(self) -> ClockGuard:
        """Whether the machine's clock is believed."""
        return ClockGuard(*self._work_and_clock)

    @cached_property
    def restores(self) -> RestoreService:
        """Backups that are put back from a page."""
        return RestoreService(self.adapters.unit_of_work, self.adapters.restores, self.clock)

    @cached_property
    def retention(self) -> RetentionService:
        """How long what is kept."""
        longest_scores = timedelta(days=self.settings.score_track_days)
        return RetentionService(self.adapters.unit_of_work, self.adapters.snapshots, self.clock, longest_scores)

    @cached_property
    def backtests(self) -> RuleBacktestService:
        """What another rule would have raised."""
        return RuleBacktestService(self.adapters.unit_of_work, self.rules, self.clock, self.adapters.pause)

    @cached_property
    def rules(self) -> RuleService:
        """What alerts."""
        return RuleService(*self._work_and_clock, self.adapters.default_rule())

    @cached_property
    def saved_views(self) -> SavedViewService:
        """Views of the log under a name."""
        return SavedViewService(self.adapters.unit_of_work)

    @cached_property
    def second_factors(self) -> SecondFactorService:
        """Devices that show codes."""
        return SecondFactorService(self.adapters.unit_of_work, self.adapters.cipher, self.clock, self.adapters.shared)

    @cached_property
    def single_sign_on(self) -> SingleSignOnService:
        """Whose accounts at the identity provider are whose."""
        roles, adds_people = role_mapping(self.settings), self.settings.oidc_add_people
        return SingleSignOnService(*self._work_and_clock, self.accounts, roles, adds_people)

    @cached_property
    def sessions(self) -> SessionService:
        """Who is signed in."""
        return SessionService(*self._work_and_clock, session_times(self.settings))

    @cached_property
    def snoozes(self) -> SnoozeService:
        """Cameras that staff leave alone."""
        return SnoozeService(*self._work_and_clock)

    @cached_property
    def tokens(self) -> TokenService:
        """API tokens."""
        return TokenService(*self._work_and_clock)
