"""How faces are prepared, as an artefact says it. Apart from ``model.preprocessing``: reading it loads no library."""

PREPROCESSING_VERSION = "gray-area-signed-1"
"""Changes with every change of ``model.preprocessing`` that alters the numbers."""

DEFAULT_MARGIN = 0.10
"""Margin on each side as a fraction of the box. 0.10 gave the fewest false alerts behind a Haar cascade: 2.1 % of 270
people, against 4.7 % with the bare box and 8.4 % with 0.20."""
