"""Use cases of accounts: log in, sessions, API tokens, invitations, the audit trail."""
