"""Reading documents, in child processes with limits, and noticing when they change."""
