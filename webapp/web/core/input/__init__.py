"""What comes in with a request, bounded before anything works with it."""
