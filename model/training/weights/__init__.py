"""What is made of trained weights without training: averages, interpolations, half precision."""
