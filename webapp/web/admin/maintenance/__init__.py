"""What keeps an installation going: backups, putting one back, mail."""
