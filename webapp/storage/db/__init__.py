"""The database itself: engine, tables, event log."""
