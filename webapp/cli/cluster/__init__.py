"""Several machines that watch cameras together, by the distributed engine."""
