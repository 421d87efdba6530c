"""Cameras, their rules and kiosks in the database."""
