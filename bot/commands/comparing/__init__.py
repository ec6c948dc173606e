"""One question to several models, and whose answer people prefer."""
