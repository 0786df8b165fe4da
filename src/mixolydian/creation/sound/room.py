"""The room and the echoes: what every stem sends to, printed into the stem itself.

The reverb is a cascade of delays and rotations of two channels. Each stage delays one channel
and then mixes both, (l, r) → (l + g·r, l − g·r) / √2; thirteen stages whose delays roughly
halve make 2¹³ echoes per side. The shortest comes last, so both sides differ from the first
echo on. As each delay d carries the gain 10^(−3 d / T), the echoes fade by 60 dB in T seconds,
treble (`Room.damping`) sooner. Rotations keep the power of all frequencies equal
(paraunitary: Vaidyanathan, "Multirate Systems and Filter Banks", 1993), so the room has no
pitch of its own. It has no feedback: a note sounds on for at most `Room.ring` seconds and
leaves no bit behind, which is what makes edits local.

Everything here runs at half the sample rate, in pieces of `PIECE` samples; silent pieces cost
nothing. Times in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import SAMPLE_RATE

HALF_RATE = SAMPLE_RATE // 2
PIECE = 1 << 14
"""half-rate samples worked on at once (they fit the processor's cache)."""
N_STAGES = 13
DULL_FROM = 600
"""half-rate samples of delay from which a stage takes some treble away."""
LOWCUT = 64
"""half-rate samples of the moving average taken away below about 200 Hz."""
_CUT = 3 * LOWCUT


@dataclass(frozen=True)
class Room:
    """A room: `seconds` to −60 dB, `damping` 0 (bright) to 1, `delays` of the stages and the
    pre-delay in half-rate samples."""

    seconds: float
    damping: float
    delays: tuple[int, ...]
    predelay: int

    @property
    def ring(self) -> float:
        """Seconds after which nothing is left of a sound."""
        return (sum(self.delays) + self.predelay + 4 * N_STAGES + _CUT + 16) / HALF_RATE


@dataclass(frozen=True)
class Echo:
    """Echoes every `seconds`, each `feedback` times the one before, from side to side."""

    seconds: float
    feedback: float
    repeats: int = 5


def make_room(rng: np.random.Generator, low: float = 0.9, high: float = 2.6) -> Room:
    """A room of `low` to `high` seconds as the dice decide."""
    seconds = float(rng.uniform(low, high))
    longest = 0.42 * seconds * HALF_RATE
    delays = [
        max(1, round(longest * 2.0**-k * float(rng.uniform(0.85, 1.15)))) for k in range(N_STAGES)
    ]
    predelay = round(float(rng.uniform(0.006, 0.024)) * HALF_RATE)
    return Room(seconds, float(rng.uniform(0.2, 0.8)), tuple(delays), predelay)


def add_ambience(y: FloatArray, room: Room, level: float, echo: Echo, echo_level: float) -> None:
    """Add to the stem `y` (2, n) its own reverb and echoes, in place."""
    if level <= 0 and echo_level <= 0:
        return
    send = _send(y)
    tail = _Reverb(room)
    up = _Doubler()
    quiet = round((room.ring + echo.repeats * echo.seconds) * HALF_RATE) + 64
    silent_for = quiet
    for start in range(0, len(send), PIECE):
        piece = send[start : start + PIECE]
        silent_for = 0 if piece.any() else silent_for + len(piece)
        if silent_for > quiet + PIECE:
            continue
        wet = _echoes(send, start, len(piece), echo, echo_level)
        into = np.float32(level) * piece + np.float32(0.3) * (wet[0] + wet[1])
        wet += tail.push(into)
        up.add(wet, y[:, 2 * start : 2 * (start + len(piece))])


def _send(y: FloatArray) -> FloatArray:
    """Mono sum of `y` (2, n) at half the rate (n // 2 + 1,), without its lows; 35 samples late.

    The half-band filter is (−1, 0, 9, 16, 9, 0, −1) / 32.
    """
    n = y.shape[1] // 2 + 1
    out = np.zeros(n, dtype=np.float32)
    past, before = np.zeros(6, dtype=np.float32), np.zeros(LOWCUT, dtype=np.float32)
    for start in range(0, n, PIECE):
        m = min(PIECE, n - start)
        line = np.zeros(6 + 2 * m, dtype=np.float32)
        line[:6] = past
        stretch = y[:, 2 * start : 2 * (start + m)]
        np.add(stretch[0], stretch[1], out=line[6 : 6 + stretch.shape[1]])
        past = line[-6:]
        if line.any() or before.any():
            half = np.concatenate([before, _halved(line, m)])
            before = half[-LOWCUT:]
            out[start : start + m] = _without_lows(half)
    return out


def _halved(line: FloatArray, m: int) -> FloatArray:
    """Every second sample of `line` (2 m + 6,) after the half-band filter, at half level."""
    near = line[2::2][:m] + line[4::2][:m]
    far = line[0::2][:m] + line[6::2][:m]
    centre = np.float32(16 / 64) * line[3::2][:m]
    return np.asarray(centre + np.float32(9 / 64) * near - np.float32(1 / 64) * far)


def _without_lows(line: FloatArray) -> FloatArray:
    """`line` (LOWCUT + m,) less its moving average: (m,), LOWCUT / 2 samples late. The average
    is a sum of doublings, so that it does not remember what came long before."""
    m = len(line) - LOWCUT
    total, span = line, 1
    while span < LOWCUT:
        total = total[span:] + total[:-span]
        span *= 2
    middle = line[LOWCUT // 2 : LOWCUT // 2 + m]
    return np.asarray(middle - np.float32(1 / LOWCUT) * total[-m:])


def _echoes(send: FloatArray, start: int, n: int, echo: Echo, level: float) -> FloatArray:
    """Echoes (2, n) heard from half-rate sample `start` on."""
    out = np.zeros((2, n), dtype=np.float32)
    if level <= 0:
        return out
    for k in range(1, echo.repeats + 1):
        shift = start - round(k * echo.seconds * HALF_RATE)
        first = max(0, -shift)
        if first >= n:
            break
        amount = np.float32(level * echo.feedback ** (k - 1))
        out[k % 2, first:] += amount * send[shift + first : shift + n]
    return out


class _Reverb:
    """The cascade of stages. Each has a line: what it still remembers, then the present piece."""

    def __init__(self, room: Room) -> None:
        self._start = np.zeros(room.predelay, dtype=np.float32)
        self._stages = [_Stage(d, room) for d in room.delays]
        power = np.prod([1 + float(stage.gain) ** 2 for stage in self._stages])
        self._level = np.float32(1 / np.sqrt(power))

    def push(self, piece: FloatArray) -> FloatArray:
        """The wet sound (2, n) while `piece` (n,) goes in."""
        n = len(piece)
        line = np.concatenate([self._start, piece])
        self._start = line[n:]
        out = np.empty((2, n), dtype=np.float32)
        np.multiply(line[:n], self._level, out=out[0])
        left = out[0]
        self._stages[0].present(n)[:] = left
        for stage, following in zip(self._stages, self._stages[1:], strict=False):
            late = stage.late(n)
            np.subtract(left, late, out=following.present(n))
            left += late
        late = self._stages[-1].late(n)
        np.subtract(left, late, out=out[1])
        left += late
        return out


class _Stage:
    """One delay of `delay` half-rate samples, fading as the room asks; long ones also get dull."""

    def __init__(self, delay: int, room: Room) -> None:
        self.gain = np.float32(10.0 ** (-3 * delay / HALF_RATE / room.seconds))
        self._memory = delay + 1
        self._line = np.zeros(self._memory + PIECE, dtype=np.float32)
        self._late = np.empty(PIECE, dtype=np.float32)
        self._side = self.gain * np.float32(0.25 * room.damping if delay > DULL_FROM else 0.0)

    def present(self, n: int) -> FloatArray:
        """Where the next `n` samples are to be written."""
        return self._line[self._memory : self._memory + n]

    def late(self, n: int) -> FloatArray:
        """The written samples after the delay; the line moves on."""
        line, late = self._line, self._late[:n]
        np.multiply(line[1 : n + 1], self.gain - 2 * self._side, out=late)
        if self._side:
            late += self._side * (line[:n] + line[2 : n + 2])
        line[: self._memory] = line[n : n + self._memory].copy()
        return late


class _Doubler:
    """From half the rate to the full one; two half-rate samples late."""

    def __init__(self) -> None:
        self._past = np.zeros((2, 3), dtype=np.float32)

    def add(self, wet: FloatArray, out: FloatArray) -> None:
        """Add `wet` (2, m) to `out` (2, about 2 m) in place."""
        m = wet.shape[1]
        line = np.concatenate([self._past, wet], axis=1)
        self._past = line[:, -3:].copy()
        between = np.float32(0.5625) * (line[:, 1 : m + 1] + line[:, 2 : m + 2])
        between -= np.float32(0.0625) * (line[:, :m] + line[:, 3 : m + 3])
        whole = np.empty((2, 2 * m), dtype=np.float32)
        whole[:, ::2], whole[:, 1::2] = line[:, 1 : 1 + m], between
        out += whole[:, : out.shape[1]]
