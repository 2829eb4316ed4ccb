"""The homework portal: one room per feature, the school's rules in `portal.policy` (see portal/README.md)."""
