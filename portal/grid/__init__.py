"""The year-group lead's screen: all classes of a grade by subjects, on one page."""
