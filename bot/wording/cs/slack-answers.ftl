# Co stojí ve Slacku kolem odpovědi a na tom, co se tam dá stisknout.

slack-status = přemýšlí…
slack-again = Odpovědět znovu
slack-other-model = Jiný model
slack-helpful = Pomohlo mi to
slack-not-helpful = Nepomohlo mi to
