"""Pictures of every page, for `docs/tour.md`: `make screenshots` takes them of the real product."""
