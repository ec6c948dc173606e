"""What was said or written, summed up."""
