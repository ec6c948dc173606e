"""The running answer, the last one, and forgetting."""
