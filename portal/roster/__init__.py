"""Who is at the school and what they teach: files with people, classes, subjects and assignments, in and out."""
