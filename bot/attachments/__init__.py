"""Files that come with a question: fetched, bounded, read in a process of their own, made fit for a model."""
