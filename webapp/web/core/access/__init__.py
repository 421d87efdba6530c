"""What stands before the pages."""
