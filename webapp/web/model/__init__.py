"""The model card, and the test of a photo."""
