"""Use cases of the machines that watch cameras together."""
