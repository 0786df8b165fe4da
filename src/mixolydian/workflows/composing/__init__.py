"""The files of a composed piece: sounds (mix and stems) and scores (MIDI, session, picture)."""
