"""Who is told of what, when and by which way: channels, routes, people on call, quiet hours, deliveries."""
