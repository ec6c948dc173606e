"""What may leave: which hosts may be talked to, and the table of everyone who is."""

from bot.egress.policy import Gate, Resolve, addresses_of, demand_inside, farthest, host_of, peer_of, place_of

__all__ = ["Gate", "Resolve", "addresses_of", "demand_inside", "farthest", "host_of", "peer_of", "place_of"]
