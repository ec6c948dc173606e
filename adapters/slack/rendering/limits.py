"""Owns what Slack takes: how long, and how many. In characters where nothing else is said.

https://docs.slack.dev/reference/block-kit/blocks and the pages below it.
"""

MARKDOWN = 12_000
"""Of all markdown blocks of a message together."""
PAGE = 10_000
"""Of an answer in one message: below `MARKDOWN`, for all cells of a message's tables together may hold no more."""
BLOCKS = 50
"""Blocks of a message."""
HEADER = 150
SECTION = 3_000
"""Of a section's text, and of any other text object but a field."""
FIELD = 2_000
FIELDS = 10
"""Fields of a section."""
TABLE_ROWS, TABLE_COLUMNS, TABLE_CELLS = 100, 20, 10_000
"""Rows with the header, columns, and characters of all cells. A message holds one table block."""
BUTTONS = 25
"""Elements of a row of actions."""
BUTTON_LABEL, BUTTON_WORDS = 75, 2_000
"""What is written on a button, and the value that Slack keeps with it."""
FALLBACK = 3_000
"""Of the text beside blocks, for notifications and screen readers; with a change of a message Slack takes 4,000."""
