"""What monitors are told: pages, and traces."""
