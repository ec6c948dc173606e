"""Real workers and gateways on a real Valkey, killed in the middle of everything; the chat service stands outside."""
