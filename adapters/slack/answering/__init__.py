"""What goes out to Slack: answers, what they wait for, and the files that come with questions."""
