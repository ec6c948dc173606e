"""What is set for channels and workspaces."""
