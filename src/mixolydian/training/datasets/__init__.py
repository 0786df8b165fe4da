"""Sounds with their truth, for training and measuring: made to order, or from human scores.

`sources` lists what there is; every source turns (number, seed, seconds) into an `Item`.
"""
