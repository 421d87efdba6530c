"""Latest-value slots in shared memory: one writer, many readers, the newest wins."""
