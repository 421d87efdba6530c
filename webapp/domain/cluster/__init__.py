"""Several machines that watch cameras together: who is alive, and which camera is whose."""
