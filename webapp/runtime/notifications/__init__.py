"""What speaks the channels: loaded in a short-lived process alone, for whose libraries nobody else has room."""
