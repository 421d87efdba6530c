"""What is done without live cameras: recordings, photos, explanations, probes."""
