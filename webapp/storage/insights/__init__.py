"""Scores over time, packed, and saved views in the database."""
