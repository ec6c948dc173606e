"""Several hosts of one engine, as one `ChatModel`: a conversation stays where its prompts are cached."""
