"""The append-only log: who, when, from, to, why."""
