# Ollama as its makers publish it, with a home that a user without rights may write to.
FROM ollama/ollama:0.31.1

RUN install --directory --owner=10002 --group=10002 --mode=0700 /var/lib/ollama
ENV HOME=/var/lib/ollama \
    OLLAMA_MODELS=/var/lib/ollama/models
USER 10002:10002
