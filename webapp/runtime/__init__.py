"""Processes, shared memory and the machine: what carries frames and keeps the rest alive."""
