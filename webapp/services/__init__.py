"""Use cases: each checks, decides by the domain, and stores through a port. They know no library of pages or tables."""
