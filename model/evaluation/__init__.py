"""How good a model is, and where its alert threshold is."""
