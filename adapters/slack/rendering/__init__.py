"""How Sova looks in Slack. Pure."""
