"""What the hardware holds and how long answers take."""
