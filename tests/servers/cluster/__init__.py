"""What several machines of a site share, and what stands around them, on loopback."""
