"""People, their roles and the scopes of these, signing in and out."""
