"""Cameras and kiosks, and what is set for each: address, image, zones, schedule, snooze."""
