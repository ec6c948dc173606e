"""The documents: what is known, where an answer comes from, how well questions are answered."""
