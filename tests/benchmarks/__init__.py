"""Benchmarks: whole processes, in paired rounds, as ratios to a baseline of the same round."""
