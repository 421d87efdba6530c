"""Databases with much in them."""
