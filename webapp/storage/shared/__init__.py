"""What several web processes know together, in Redis. Only `redis_link` loads its library, and only where it is set."""
