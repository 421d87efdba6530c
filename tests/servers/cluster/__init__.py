"""What several machines of a site share: servers of PostgreSQL and the like, on loopback."""
