"""The index: Qdrant's engine embedded in a process of its own, or a Qdrant server."""
