"""One's own account: log in, password, invitation."""
