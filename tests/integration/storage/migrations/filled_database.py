"""Fills every table of any schema with rows, by what the database says of itself: new migrations are covered too."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Engine, MetaData, Table, inspect, select, text
from sqlalchemy import table as sql_table

from webapp.storage.db.engine import reading

ROWS = 3
# What stands in a column where its type and its constraints leave open what the product takes.
_MEANT: Mapping[str, tuple[object, ...]] = {
    "cameras.url": ("demo:", "rtsp://192.0.2.1/s", "usb:0"),
    "cameras.framing": (None, {"turn_deg": 90, "is_mirrored": True, "zones": []}, None),
    "cameras.opening_hours": (None, [[0, 540, 1080]], None),
    "cameras.reason": (None, {"code": "camera_failed", "text": "gone", "values": {}}, None),
    "cameras.analysis_fps": (None, 5.0, 12.0),
    "alert_rules.camera_id": (None, 1, 2),
    "alert_rules.emotions": (["angry"], None, ["angry", "disgust"]),
    "alert_rules.enter_threshold": (0.6, 0.7, 0.8),
    "alert_rules.exit_threshold": (0.2, 0.3, 0.4),
    "incidents.emotion": ("angry", "disgust", "angry"),
    "incidents.again_id": (None, 1, 2),
    "incidents.seen_box_xyxy": ([1.0, 2.0, 30.0, 40.0], None, None),
    "incidents.snapshot_face_xyxy": (None, [0.1, 0.2, 0.3, 0.4], None),
    "clips.scores": ([0.0, 0.3, 0.2, 0.4], [], [0.0, 0.9]),
    "events.kind": ("incident_opened", "camera_added", "rule_changed"),
    "events.payload": ({"incident_id": 1}, {"camera_id": 2}, {"camera_id": None}),
    "api_tokens.scope": ("act", "read", "act"),
    "site_records.content": ({"purpose": "To help"}, {"hung_by": "Dana"}, {"choice": "as_drawn"}),
    "notification_channels.last_failure": (None, "timed_out", "refused"),
    "notification_routes.camera_ids": ([], [1], [2, 3]),
    "notification_routes.groups": ([], ["lobby"], []),
    "notification_routes.hours": ([], [[0, 540, 1080]], []),
    "notification_routes.kind": ("alert", "camera_offline", "alert"),
    "notification_routes.steps": ([{"after_min": 0, "recipients": [{"kind": "role", "target": "staff"}]}],) * 3,
    "notification_preferences.quiet_hours": ([], [[0, 1320, 360]], []),
    "notification_preferences.summary_hour": (None, 7, 0),
    "notification_preferences.summary_planned_on": (None, date(2026, 3, 1), date(2026, 3, 2)),
    "on_call_schedules.slots": ([], [[0, 0, 1440, 1]], []),
    "on_call_schedules.overrides": ([], [], []),
    "planned_steps.level": ("low", "medium", "high"),
    "planned_steps.recipients": ([{"kind": "role", "target": "staff"}],) * 3,
    "planned_steps.reason": (None, "acknowledged", "recovered"),
    "deliveries.channel_kind": (None, "webhook", "email"),
    "deliveries.reason": (None, "no_channel", "quiet_hours"),
    "deliveries.failure": (None, "timed_out", "refused"),
    "site_days.day": (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)),
    "site_days.hours": ([0] * 24, [1] * 24, [2] * 24),
    "site_days.outcomes": ({}, {"open": 24}, {"recovered": 48}),
    "site_incidents.emotion": ("angry", "disgust", "angry"),
    "settings.key": ("retention", "demo_camera_added", "another"),
    "settings.value": ('{"snapshots": 10, "scores": 14, "incidents": 180, "events": 365}', "yes", "no"),
}

Contents = dict[str, dict[tuple[object, ...], dict[str, object]]]


def fill(engine: Engine) -> None:
    """Put rows into every table."""
    with engine.begin() as connection:
        known, schema = inspect(connection), MetaData()
        schema.reflect(connection)
        for table in schema.sorted_tables:
            if table.name == "alembic_version":
                continue
            choices = {
                found["column"]: re.findall(r"'([^']*)'", found["choices"])
                for check in known.get_check_constraints(table.name)
                if (found := re.match(r"(?P<column>\w+) IN \((?P<choices>.*)\)", str(check["sqltext"])))
            }
            for number in range(ROWS):
                row = {column.name: _value(table, column, number, choices) for column in table.columns}
                connection.execute(table.insert().values(row))


def contents(engine: Engine) -> Contents:
    """Return table → primary key → column → value, each as the file holds it."""
    found: Contents = {}
    with reading(engine).connect() as connection:
        known = inspect(connection)
        for table in set(known.get_table_names()) - {"alembic_version"}:
            keys = known.get_pk_constraint(table)["constrained_columns"]
            rows = connection.execute(select(text("*")).select_from(sql_table(table))).mappings()
            found[table] = {tuple(row[key] for key in keys): dict(row) for row in rows}
    return found


def changed(before: Contents, after: Contents) -> set[str]:
    """Return which `table.column`s, of those that there still are, have lost or changed a value."""
    lost = set()
    for table in before.keys() & after.keys():
        for key, row in before[table].items():
            kept = after[table].get(key)
            if kept is None:
                lost.add(f"{table}: a row")
            else:
                lost |= {f"{table}.{name}" for name in row.keys() & kept.keys() if row[name] != kept[name]}
    return lost


def columns(filled: Contents) -> set[str]:
    """Return every `table.column`."""
    return {f"{table}.{name}" for table, rows in filled.items() for row in rows.values() for name in row}


def _value(table: Table, column: Column[Any], number: int, choices: Mapping[str, list[str]]) -> object:
    name = f"{table.name}.{column.name}"
    if name in _MEANT:
        return _MEANT[name][number]
    if column.name in choices:
        return choices[column.name][number % len(choices[column.name])]
    if column.foreign_keys or column.primary_key:
        return number + 1
    return _of_type(column, number)


def _of_type(column: Column[Any], number: int) -> object:
    kind = column.type.python_type
    if kind is datetime:
        return datetime(2026, 3, 2, 9, number)
    if kind is bytes:
        return bytes([number, 0, 255])
    if kind is str:
        return f"{column.name} {number}"
    if kind is dict:
        return {"number": number}
    return kind(number + 1)
