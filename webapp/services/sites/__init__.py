"""The use cases of many sites: what a site sends, what the central instance takes, and who sees it."""
