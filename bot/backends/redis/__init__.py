"""Everything that is kept in Redis or Valkey, and the Valkey server that Sova brings."""
