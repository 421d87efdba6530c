"""Data for training, and single pictures."""
