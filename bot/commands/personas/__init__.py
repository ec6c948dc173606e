"""Named assistants in chat: listing, choosing, writing and dropping them."""
