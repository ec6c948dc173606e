"""What Slack reads as a mention, or as a link of its own, wherever it stands."""

import re

PING = re.compile(r"<(?:[@#]\w|!(?:channel|here|everyone|subteam|date))", re.IGNORECASE)
OWN_LINK = re.compile(r"<(?:[a-z][a-z0-9+.-]{0,19}://|mailto:|tel:)[^>]*", re.IGNORECASE)
