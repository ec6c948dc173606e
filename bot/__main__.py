"""`python -m bot` is the `sova` command."""

import sys

from bot.cli import main

sys.exit(main())
