"""Crates of rendered sound with exact truth, for the accuracy benchmarks."""
