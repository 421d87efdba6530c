"""Commands that answer one question through a pipe, in a process of their own that then ends."""
