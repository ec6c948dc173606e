"""Owns the timings behind `make bench`: each module measures one promise and holds it against its limit."""
