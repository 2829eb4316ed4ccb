"""The rules of the school. Standard library only: no Flask, no SQLAlchemy, no clock."""
