"""What every chat adapter needs and none owns: how questions come in, how answers are shown, what a press means."""
