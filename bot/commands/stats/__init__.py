"""How Sova is: machines, models, answer times, the index, errors."""
