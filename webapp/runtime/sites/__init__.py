"""The line from a site to its central instance."""
