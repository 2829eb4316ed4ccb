"""The homeroom teacher asks a colleague to shorten one item; the colleague accepts with one tap, or answers."""
