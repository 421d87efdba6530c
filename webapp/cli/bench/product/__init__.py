"""The real product, running in a folder of its own, and what is read of it from outside."""
