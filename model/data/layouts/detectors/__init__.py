"""What layouts of pictures have signs of: one detector for each."""
