"""Commands that analyse files, measure alerts and collect a dataset."""
