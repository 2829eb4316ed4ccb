"""The school: classes, subjects, who teaches what, and what the school has set."""
