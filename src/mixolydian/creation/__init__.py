"""Creation: a brief becomes an arrangement, an arrangement becomes sound.

brief (what is asked) → structure, harmony, patterns, percussion, parts → arrange (every note
in exact seconds) → voices, synth, drums, effects → render (the mastered mix) → truth (what
the arrangement asserts about the sound). styles holds the styles as data, demo a small crate.
"""
