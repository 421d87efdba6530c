"""From a frame to what is shown: detect, classify, track, decide, draw."""
