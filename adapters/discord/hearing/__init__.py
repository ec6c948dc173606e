"""What is said in Discord on its way in: what counts as a question, what belongs to it, and what it means."""
