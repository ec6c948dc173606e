"""Sova's connections to Slack: sockets that she opens, or requests that come to her; both end in Bolt."""
