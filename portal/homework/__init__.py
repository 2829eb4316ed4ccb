"""Filings and their items, the composer, the day sheet and its load."""
