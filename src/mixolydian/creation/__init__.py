"""Creation: a few words become a brief, a brief an arrangement, an arrangement sound.

ask (a user's words) → brief (every decision) → arrange: structure and layers, spans and
harmony, percussion, bass, chords, lead and singing, gestures, motion, patches (every note in
exact seconds) → sound (stems and master) → truth and document (what the piece asserts about
itself). genres holds what is known of each genre, edit changes one thing, demo is a small
crate.
"""
