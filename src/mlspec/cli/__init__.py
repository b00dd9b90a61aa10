"""The command line: flags in, one api call, text and an exit code out."""
