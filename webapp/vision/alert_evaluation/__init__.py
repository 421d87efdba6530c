"""Measures alerts on people instead of pictures: stills become visits before a camera, seen by the real pipeline."""
