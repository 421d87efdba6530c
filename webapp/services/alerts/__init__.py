"""Use cases of alerts: record, acknowledge, resolve, escalate, and the rules they follow."""
