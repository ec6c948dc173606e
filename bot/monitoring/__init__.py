"""What operators can see of a running service: metrics, health and traces, gathered by decorating the ports."""
