"""What needs no log-in: health, metrics, the notice, the installable app."""
