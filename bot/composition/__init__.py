"""The composition root: settings → backends → assistant → platform. The only room that picks a backend."""
