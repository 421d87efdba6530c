"""How people lay out labelled faces on disk: one small detector for each layout, see ``docs/data.md``."""
