"""Pictures for the documentation: what people really saw, drawn as a chat client shows it. `make pictures`.

`walks` plays with the loopback double of a chat platform and a Sova of its own, `from_discord` reads what stands there,
`drawing` makes a page of it, `browser` a PNG. Another platform is another reader and another walk.
"""
