"""What people press and type: what it means, who may, and what comes of it."""
