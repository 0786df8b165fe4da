"""Learners: what can be fitted to examples. One contract, classic and neural alike."""
