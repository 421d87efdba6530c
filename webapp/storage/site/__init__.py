"""The installation's keys, backups, restore and retention."""
