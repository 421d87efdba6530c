"""What is PostgreSQL's own: connections, one writer at a time, and the meaning of its errors."""
