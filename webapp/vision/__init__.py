"""From images to faces, emotions and tracks. Without threads, processes or a database of its own."""
