"""The durable service: questions from platforms are accepted, answered by workers, and shown where they were asked."""
