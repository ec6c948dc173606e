"""How Sova's words look in Discord; pure."""
