# What is said around an answer on platforms that show it in messages.

rendering-queued = Waiting for my turn…
rendering-loading = Loading { $model }…
rendering-reading = Reading…

rendering-ended-length = The answer reached its longest allowed length and ends here.
rendering-ended-repeating = The model began to repeat itself, so I stopped it.
rendering-ended-stopped = Stopped. What was said up to here is kept.
rendering-ended-interrupted = The answer broke off here. What was said is kept.

rendering-sources = Sources:
rendering-more-sources = and { $count } more
rendering-page = page { $page } of { $pages }
