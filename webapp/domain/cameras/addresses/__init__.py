"""Where a camera is called, and what of its address is a secret."""
