"""How good a network is, and where its alert threshold lies."""
