"""What is decided: pure values and rules, with the time passed in. No input or output, no libraries."""
