"""Help inside the product: what a page is for, the guide, and what is new."""
