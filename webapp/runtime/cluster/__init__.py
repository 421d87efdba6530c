"""What the distributed engine runs on each machine: camera workers and the controller."""
