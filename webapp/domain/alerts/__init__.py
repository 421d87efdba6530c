"""When a face is an alert, what an incident can go through, and who is reminded of it."""
