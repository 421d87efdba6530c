"""Who is told of what, when and by which way: planned from the event log, sent from a queue in the database."""
