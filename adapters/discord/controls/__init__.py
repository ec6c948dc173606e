"""What people type and press: the registry's commands, and the buttons below answers."""
