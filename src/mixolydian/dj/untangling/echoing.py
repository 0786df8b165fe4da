"""What is heard when one deck gives way to the other at once, with or without an echo.

As in `dj.transitions.shapes`: the last bar is sent into the echo more and more, and is without its
bass in the end; every repeat comes 3/4 beat after the last, weaker and darker (`audio.equaliser`).
"""

from __future__ import annotations

import numpy as np

from mixolydian.audio.equaliser import DARK, FEEDBACK
from mixolydian.dj.untangling.balancing import BANDS, FREQUENCIES
from mixolydian.dj.untangling.evidence import CELLS, STEP, Evidence
from mixolydian.dj.untangling.forms import METER
from mixolydian.dj.untangling.heard import Float32

REPEATS, SEND, BASS_BEATS = 6, 0.6, 1.25
"""repeats of an echo that count, how much is sent in the end, and the last beats without bass."""
KEEPS = np.float32(FEEDBACK**2) / (1.0 + (FREQUENCIES[:, np.newaxis] / DARK) ** 4)
"""power (64, 1) that each repeat keeps of the last."""


def handed(evidence: Evidence, cell: int, beat: float) -> Float32:
    """Power (64, cells) when the decks change at `cell`, the outgoing one's last bar being sent
    into an echo of 3/4 `beat` (0: none)."""
    model = evidence.incoming.copy()
    model[:, :cell] = evidence.outgoing[:, :cell]
    if not beat:
        return model
    step = STEP / CELLS
    n = round(METER * beat / step)
    send, dry = _echo_hands(n, beat / step)
    sent = evidence.outgoing[:, cell - n : cell] * send
    model[:, cell - n : cell] *= dry
    for k in range(1, REPEATS + 1):
        sent = sent * KEEPS
        place = k * 0.75 * beat / step
        late, share = int(place), np.float32(place % 1.0)
        for by, part in ((late, 1 - share), (late + 1, share)):
            into = model[:, cell - n + by : cell + by]
            into += part * sent[:, : into.shape[1]]
    return model


def _echo_hands(cells: int, beat: float) -> tuple[Float32, Float32]:
    """Power (64, cells) that goes into the echo and that is heard of itself, over the last bar:
    the send opens slowly, and the bass is gone in the last beat."""
    low = np.arange(64)[:, np.newaxis] < BANDS[0].stop
    x = np.arange(cells)
    dry = np.where(low & (x > cells - BASS_BEATS * beat), 0.0, 1.0)
    send = np.where(low, 0.0, np.square(SEND * x / cells))
    return send.astype(np.float32), dry.astype(np.float32)
