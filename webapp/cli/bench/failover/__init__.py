"""`bench failover`: what a cluster loses when a machine, its head or the network fails."""
