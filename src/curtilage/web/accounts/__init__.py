"""Accounts: the first administrator, signing in and out, users, sessions, tokens, passwords."""
