# Co se v Discordu říká kolem odpovědi.

discord-thread-name = Otázka
