"""What the connections are served by: eventlet's one thread, or a thread for each."""
