"""What is stored about people, for themselves to read and take with them, and how it goes."""
