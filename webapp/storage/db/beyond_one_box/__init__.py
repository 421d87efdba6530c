"""The tables of what is more than one box: machines of a cluster, and sites of a central instance."""
