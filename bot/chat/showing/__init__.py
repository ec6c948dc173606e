"""How answers come before people: streamed, as often as a platform allows, and whole in the end."""
