"""After-school service as the school publishes it: its timetable, and what each class does on which weekday."""
