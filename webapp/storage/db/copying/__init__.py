"""Copies a whole database to another one, between SQLite and PostgreSQL, and proves that the copy is the same."""
