"""What is SQLite's own: its one file, its lock, and its failures."""
