"""Chunkwise form of learned weights: outer products of a block of steps, applied at once."""
