# Cards that change while a command works, and texts side by side on a card.

live-shared = I'm at it. Everybody here can follow how it goes.
live-interrupted = I was stopped before this was done. Run the command again to go on.
live-again = Run it again
live-elsewhere = This took longer than I may go on changing that message, so here is how it ended:
live-in-direct = This is for you alone and takes a while: I'll show you in our direct messages how it goes.

pane-cut = (The rest doesn't fit in here.)
