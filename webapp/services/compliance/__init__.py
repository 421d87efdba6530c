"""Use cases around the compliance file and around a visitor's request."""
