"""How transactions begin, and what is written by the way."""
