"""What the public sees, read from published versions only. The exemplary feature: copy this one."""
