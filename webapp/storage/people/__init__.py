"""Accounts, sessions, tokens, invitations and read markers in the database."""
