"""What Sova is deployed with, held to what the documentation promises of it."""
