"""The pages of staff: dashboard, wall, alerts."""
