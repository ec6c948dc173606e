"""Named assistants: a model with instructions, parameters, examples and what it knows, in files and on engines."""
