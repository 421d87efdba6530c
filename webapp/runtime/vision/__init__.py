"""The vision process: the cameras' workers, the analysis loop, what it writes."""
