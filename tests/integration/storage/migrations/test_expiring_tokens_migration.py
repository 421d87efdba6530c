"""An installation of before: its tokens end after a year, and its audit trail is kept for thirty days at least."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from webapp.domain.site.retention import RetentionRule
from webapp.services.use_cases import UseCases
from webapp.storage.db.engine import _alembic_config, check_migrations, migrate, open_engine

pytestmark = pytest.mark.security


@pytest.fixture
def before(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.db'}")
    migrate(engine, "0011")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (id, name, name_key, role, enabled, session_epoch, password_hash) "
                "VALUES (1, 'Ann', 'ann', 'admin', 1, 1, 'x')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO api_tokens (id, user_id, token_hash, name, scope, created_at) "
                "VALUES (1, 1, 'hash', 'monitor', 'read', '2024-01-01 00:00:00')"
            )
        )
        rule = json.dumps({"snapshots": 1, "scores": 1, "incidents": 1, "events": 1})
        connection.execute(text("INSERT INTO settings (key, value) VALUES ('retention', :rule)"), {"rule": rule})
    yield engine
    engine.dispose()


def opened(engine, settings, clock):
    from tests.support.adapters import adapters_of_tests
    from tests.support.web_app import PlainHasher
    from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

    return UseCases(settings, adapters_of_tests(settings, SQLUnitOfWorkFactory(engine), PlainHasher(), clock))


def test_tokens_of_before_end_after_a_year_and_a_day_of_audit_trail_becomes_thirty(before, settings, clock):
    migrate(before)
    check_migrations(before)
    use_cases = opened(before, settings, clock)
    expires_at = use_cases.tokens.list()[0].token.expires_at
    assert abs(expires_at - datetime.now(UTC) - timedelta(days=365)) < timedelta(minutes=5)
    assert use_cases.retention.rule() == RetentionRule(snapshots=1, scores=1, incidents=1, events=30)
    with use_cases.adapters.unit_of_work.reading() as work:
        (said,) = [event.payload for event in work.events.after(0, limit=9)]
    assert said == {"setting": "retention", "before": {"events": 1}, "after": {"events": 30}}


def test_and_back(before):
    migrate(before)
    command.downgrade(_alembic_config(before), "0011")
    with before.connect() as connection:
        assert connection.execute(text("SELECT name FROM api_tokens")).scalar() == "monitor"
