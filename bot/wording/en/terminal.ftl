# What the terminal itself says, around answers and cards.

terminal-banner = { $model ->
    [none] Sova, on { $engine }. /help shows what I can do, Ctrl-D leaves.
   *[other] Sova, answering with { $model } on { $engine }. /help shows what I can do, Ctrl-D leaves.
  }
terminal-toolbar = { $model } · conversation { $conversation } · Alt-Enter starts a new line
terminal-how-to-leave = Ctrl-D leaves. Ctrl-C only stops an answer or clears the line.
terminal-input-not-kept = What you type can't be kept for next time ({ $path }: { $reason }). Everything else works.

terminal-queued = waiting for my turn…
terminal-loading = loading { $model }…
terminal-reading = reading…
terminal-thinking = thinking…
terminal-working = one moment…

terminal-ended-length = The answer reached its longest allowed length and ends here.
terminal-ended-repeating = The model began to repeat itself, so I stopped it. /regenerate tries again.
terminal-ended-stopped = Stopped. What was said up to here is kept.
terminal-ended-interrupted = The answer broke off here. What was said is kept.
terminal-stopped = Stopped.

terminal-sources = Sources
terminal-next = Next
terminal-footer-tokens = { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
  }
terminal-footer-rate = { NUMBER($rate, maximumFractionDigits: 1) } tokens/s
terminal-footer-ttft = first word after { NUMBER($seconds, maximumFractionDigits: 1) } s
