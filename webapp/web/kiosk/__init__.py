"""Kiosks: pairing, their screen, and the socket that their frames come through."""
