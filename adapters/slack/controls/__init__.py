"""What people press and type in Slack besides questions: commands, buttons, forms, shortcuts, Sova's own page."""
