"""Other programs, asked the same questions of the same files.

One file per peer. Each defines `NAME`, `version()` (raises ImportError where the peer is not
installed) and `answers(path)`: question → plain values in the words of core/convert.py.
A beat whose position in the bar the peer does not tell has position 0. Peers are benchmark
material only: some are GPL or AGPL, none is imported by the package. They may live in another
environment, so these files import nothing of Mixolydian.
"""
