"""The chat platforms: one package each, and none knows another."""
