"""Use cases of the installation: the site's settings, logo, backups, retention, system state."""
