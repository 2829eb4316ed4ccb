"""Lending a role to a colleague for a range of days."""
