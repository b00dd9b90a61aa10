"""Requests over HTTP to one server, over kept connections: what its clients share."""
