# Co Sova řekne ve Slacku, když odpověď nejde ukázat tak, jak byla míněna.

slack-plain = Slack nepřijal formátování téhle odpovědi, tady je aspoň její text.
slack-elsewhere = Celou odpověď vám tam už Slack nedovolí ukázat. Na tohle jste se tam ptali:
