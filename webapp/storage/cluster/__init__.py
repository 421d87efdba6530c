"""The machines of a cluster and whose each camera is, in the database."""
