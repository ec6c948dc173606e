"""Pictures for the documentation: what people really saw, drawn as a chat client shows it. `make pictures`.

`discord_walks` and `slack_walks` play with the loopback double of a chat platform and a Sova of its own (`handbook`),
`from_discord` and `from_slack` read what stands there, `drawing` makes a page of it, `browser` a PNG.
"""
