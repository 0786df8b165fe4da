"""Measuring: accuracy, speed, where the time goes. Never imported by the package."""
