"""How questions come in: quick messages are one, changes and deletions count, and what was missed is fetched."""
