"""What is kept of a visit, over all tables."""
