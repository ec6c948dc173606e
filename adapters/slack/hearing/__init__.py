"""What is said in Slack on its way in: what counts as a question, what belongs to it, and what it means."""
