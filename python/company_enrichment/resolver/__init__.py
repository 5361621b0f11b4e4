"""Resolves records online: what the database knows, then lookups within a budget, then temporary ids."""
