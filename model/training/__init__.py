"""Experiments: configuration, training loop and run records."""
