"""Models: which there are, which one answers, and how their files come to this machine."""
