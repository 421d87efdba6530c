"""Short-lived processes that a page asks something, and what they may fetch."""
