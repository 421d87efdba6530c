"""Use cases of cameras and kiosks: register, set up, find on the network, snooze."""
