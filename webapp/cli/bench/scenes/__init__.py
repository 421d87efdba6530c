"""Scenes that are made by code, with the truth about who is seen in them and when."""
