# What stands in Slack around an answer and on what is pressed there.

slack-status = is thinking…
slack-again = Answer again
slack-other-model = Another model
slack-helpful = Helpful
slack-not-helpful = Not helpful
