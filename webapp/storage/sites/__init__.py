"""What a central instance keeps of its sites, over SQLAlchemy."""
