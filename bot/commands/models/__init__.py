"""Models in chat: which there are, which answers, what fits, getting and dropping them."""
