"""The database and the files beside it, behind the ports of the services."""
