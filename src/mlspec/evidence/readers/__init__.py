"""Readers: each public module here is one format of evidence, and is found by being here."""
