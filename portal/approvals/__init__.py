"""Coordinate, approve, return, publish; the immutable versions of a day sheet."""
