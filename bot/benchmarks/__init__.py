"""Owns the benchmark of models: what is asked, what is measured, how good the answers are, and what is told of it."""
