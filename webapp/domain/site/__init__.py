"""The site that runs Amends: its name, notice and language, and how long things are kept."""
