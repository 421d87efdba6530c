"""After a backup is put back nobody is told again of what happened before it was made."""

from dataclasses import replace

from tests.integration.notifications.conftest import person
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.notifications.routes import Route, Step
from webapp.domain.site.backups import BackupKind
from webapp.storage.site.restore import restore_backup


def test_a_backup_that_is_put_back_tells_nobody_of_old_alerts_and_everybody_of_new_ones(house, settings, engine):
    dana = house.person("Dana")
    house.channel(dana, "phone")
    house.told.routes.put(Route("all", (Step(0, (person(dana),)), Step(30, (person(dana),)))), "root")
    house.alert()
    house.plan()
    house.send(Outcome(SendFailure.UNREACHABLE))
    house.alert()  # Not planned yet.
    backups = house.use_cases.backups
    made = backups.store.path(backups.make("root", kind=BackupKind.CLEAR).name)
    house.after(1)
    assert house.send() == ["phone", "phone"]

    engine.dispose()
    database = settings.data_dir / "amends.sqlite3"
    restore_backup(made, settings.data_dir, database, house.clock.now(), ask_passphrase=str, is_trusted=True)
    house.told = replace(house.told)  # All processes begin anew.
    for _ in range(40):
        house.after(1)
        assert house.send() == []
    assert house.log() == [("phone", "cancelled", "no_news")]
    house.alert()
    house.plan()
    assert house.send() == ["phone"]
