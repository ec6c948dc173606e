"""The evaluation: questions with known answers, asked of the documents, and what share went right."""
