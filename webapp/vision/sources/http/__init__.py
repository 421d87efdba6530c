"""Cameras over HTTP: asked and logged in to by a client of ours, read picture by picture where each stands alone."""
