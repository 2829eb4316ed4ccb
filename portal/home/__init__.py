"""Where everybody starts: the page after signing in, and the way there."""
