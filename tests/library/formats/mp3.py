"""MP3s of known beginning."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

RATE = 44100


def write_click(path: Path, codec: str = "mp3", rate: int = RATE, **options: str) -> Path:
    """Two seconds of stereo silence with a click at one second."""
    click = np.zeros((2, 2 * rate), np.float32)
    t = np.arange(400) / rate
    click[:, rate : rate + 400] = 0.8 * np.exp(-400.0 * t) * np.sin(2 * np.pi * 2000.0 * t)
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        stream.bit_rate = 192_000
        frame = av.AudioFrame.from_ndarray(click, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = rate, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return path
