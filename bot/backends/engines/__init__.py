"""What models run in: Ollama, anything that speaks OpenAI's protocol, and llama.cpp in a process of its own."""
