"""What a cluster does not refuse and should: one module is one group of checks (`CHECK`)."""
