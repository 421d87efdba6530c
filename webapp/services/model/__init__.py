"""The emotion model as the product sees it: its model card, and the test of a photo."""
