"""Many sites: what each of them tells a central instance, and who may see it there."""
