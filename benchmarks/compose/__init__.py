"""Measuring what is composed: exactness, heard back, genres, health of the mix, speed."""
