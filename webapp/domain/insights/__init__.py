"""What stored scores and incidents say over time: figures, backtests and threshold advice."""
