"""Accounts and roles, the audit trail's topics, and what somebody missed."""
