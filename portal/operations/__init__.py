"""For those who run the portal: whether it is well, and its backups."""
