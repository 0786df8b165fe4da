"""Coefficients of the two conditional logits behind tempo and metre, listed in full.

They are the only numbers here that were fitted to music: on rendered electronic and pop
pieces, on human drum performances (Groove MIDI, CC BY 4.0) and on electronic projects,
by ``python -m benchmarks.fit_templates``. They are knowledge of how bars are usually built,
in the same sense as key profiles are, and small enough to read: kick on one, backbeats on
two and four, chords and textures that change on the bar line, music that enters on it.
"""

# fmt: off
BAR = (
    # rows: mixolydian.estimators.metre.EVIDENCE; two lines of eight sixteenths each
    1.339, -0.524, -0.739, 0.257, -0.015, -0.351, -0.010, 0.021,
    0.163, 0.124, 0.214, 0.025, 0.206, -0.132, -0.378, -0.201,
    0.440, -0.534, -0.421, -0.050, 0.379, -0.246, -0.208, -0.111,
    0.132, 0.124, 0.106, 0.081, 0.428, -0.103, 0.063, -0.081,
    0.120, -0.495, -0.282, -0.049, 0.358, -0.285, 0.105, -0.170,
    0.017, 0.104, 0.037, 0.152, 0.387, -0.103, 0.172, -0.068,
    0.185, -0.566, -0.269, -0.011, 0.509, -0.447, -0.021, -0.174,
    0.241, 0.160, -0.085, -0.014, 0.513, -0.085, 0.090, -0.024,
    0.067, -0.471, 0.157, -0.151, 0.494, -0.554, 0.165, -0.302,
    0.036, 0.147, 0.065, -0.087, 0.608, -0.185, 0.093, -0.082,
    0.692, 1.110, 0.528, 0.712, -0.323, -0.580, -0.550, -0.145,
    -0.102, -0.113, -0.110, -0.403, -0.247, -0.406, -0.134, 0.071,
    0.558, 0.648, 0.132, -0.014, -0.432, -0.230, -0.049, -0.106,
    -0.044, -0.137, -0.341, -0.125, -0.051, -0.098, 0.039, 0.251,
    1.367, 0.344, 0.024, -0.006, -0.264, -0.028, -0.126, 0.034,
    0.429, -0.439, -0.359, -0.064, -0.177, -0.203, -0.381, -0.152,
    1.832, 0.083, -0.300, -0.139, -0.340, -0.177, -0.277, 0.138,
    -0.256, -0.102, -0.141, 0.152, 0.021, -0.064, -0.248, -0.182,
    0.955, -0.133, -0.106, -0.217, 0.168, 0.020, -0.381, -0.183,
    0.105, -0.294, -0.146, 0.192, 0.320, 0.048, -0.282, -0.066,
)

TEMPO_FIRST = (
    # autocorrelation of all bands at 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 3 and 4 beats
    -3.682, -3.099, 5.101, -2.505, 2.637, -0.844, 0.758, 1.202, 0.804,
    # autocorrelation of each of five bands at 1/2, 1, 2 and 4 beats
    -1.098, 2.126, 1.228, 3.567,
    -0.484, -0.543, -1.364, 2.266,
    -1.738, -0.733, 0.776, -0.717,
    -0.982, -1.793, -0.612, -0.354,
    2.268, 1.914, 2.595, -0.352,
    # octaves from 120 BPM: value, square, |cube|
    0.158, -1.424, -0.410,
    # log2 of onsets per beat, its square: all bands, kick, snare and hat registers
    -0.116, -0.372, -0.104, 0.287, -0.104, 0.068, -0.102, -0.428,
    # octaves from 120 BPM times sub-bass, air and dynamics
    -0.621, 0.442, -0.446,
)

TEMPO_SECOND = (
    # mixolydian.estimators.metre.fit: template, steadiness, log agreement of beat, of sixteenths
    0.474, -0.661, 0.329, 2.315,
)
