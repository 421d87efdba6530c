"""What a site shows of how it keeps the law: duties, what only people can decide, and what is kept of a visit."""
