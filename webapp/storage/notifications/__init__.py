"""Who is told of what, and what is on its way, over SQLAlchemy."""
