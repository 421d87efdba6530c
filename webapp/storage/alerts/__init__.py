"""Incidents in the database, and their snapshots on disk."""
