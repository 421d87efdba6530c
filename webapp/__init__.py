"""Amends: notices angry-looking customers on cameras, and notifies staff. docs/architecture.md shows the layers."""
