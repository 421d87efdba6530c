"""Processes that run for months: supervisor, heartbeat, housekeeping, logs."""
