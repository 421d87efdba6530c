"""The admin's pages of the compliance file, and of a visitor's request."""
