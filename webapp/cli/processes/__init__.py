"""Commands that start the product's processes, and what they put together."""
