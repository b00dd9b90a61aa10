"""Formats of evidence; one module is one reader, and defines `READER`."""
