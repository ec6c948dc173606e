"""How Sova's words look where a platform has a Markdown of its own; pure."""
