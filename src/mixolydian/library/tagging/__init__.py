"""Tags in sound files: what can be said in them, read and changed without touching the sound.

`read` says what a file holds; `plan` works out the few bytes that must change, as splices;
`splice.py` applies them and knows their inverse, so that what was changed can be put back bit
for bit; `journal.py` keeps the inverses. One file per form: `id3.py` (mp3, and inside wav and
aiff), `riff.py`, `vorbis.py` (the comments of `flac.py` and `ogg.py`), `mp4.py`.
"""

from __future__ import annotations

from mixolydian.library.tagging.door import form, plan, read
from mixolydian.library.tagging.fields import FIELDS, Tags
from mixolydian.library.tagging.splice import Splice, applied, inverse, rewrite

__all__ = ["FIELDS", "Splice", "Tags", "applied", "form", "inverse", "plan", "read", "rewrite"]
