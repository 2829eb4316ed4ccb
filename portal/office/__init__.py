"""What the academic affairs office looks at: exceptions, approved sheets, samples, the log."""
