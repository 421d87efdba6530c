"""`doctor`: checks an installation, also one that serves, and says in plain words what to do."""
