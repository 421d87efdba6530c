"""The capture process of each camera, and what supervises it."""
