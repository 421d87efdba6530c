"""Image files: read, write, and decode what strangers send."""
