"""Use cases of the manager: figures, exports, saved views, backtests, threshold advice."""
