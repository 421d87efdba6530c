"""Builds a labelled set of faces from one's own cameras, videos and photos, split by person and time."""
