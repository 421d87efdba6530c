"""What reaches an open page: pushes, faces, streams, and the sockets under them."""
