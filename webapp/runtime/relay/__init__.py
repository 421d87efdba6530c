"""Live pictures, wishes and notes between the machines of a cluster: newest wins, nothing is queued."""
