"""Experiments: their configuration, records, comparison and checkpoints."""
