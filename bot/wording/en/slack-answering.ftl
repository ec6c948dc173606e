# What Sova says in Slack where an answer can't be shown as it was meant.

slack-plain = Slack didn't take the formatting of this answer, so here is its text alone.
slack-elsewhere = Slack doesn't let me show you the whole answer in that place any more. This is what you asked there:
