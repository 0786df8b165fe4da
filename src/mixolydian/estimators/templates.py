"""Coefficients of the two conditional logits behind tempo and metre, listed in full.

They are the only numbers here that were fitted to music: on rendered electronic and pop
pieces, on human drum performances (Groove MIDI, CC BY 4.0) and on electronic projects,
by ``python -m benchmarks.fit_templates`` (docs/decisions/0004-templates-fitted-on-music.md).
They are knowledge of how bars are usually built, in the same sense as key profiles are, and
small enough to read: kick on one, backbeats on two and four, chords and textures that change
on the bar line, music that enters on it.
"""

# fmt: off
BAR = (
    # rows: mixolydian.estimators.metre.EVIDENCE; two lines of eight sixteenths each
    1.712, -0.675, -1.006, 0.382, -0.273, -0.263, -0.060, 0.058,
    0.316, 0.208, 0.217, -0.000, 0.197, -0.207, -0.428, -0.176,
    0.403, -0.617, -0.304, 0.054, 0.367, -0.198, -0.307, -0.131,
    0.006, 0.049, 0.277, 0.101, 0.506, -0.117, 0.071, -0.161,
    -0.001, -0.523, -0.262, 0.063, 0.514, -0.240, 0.043, -0.140,
    -0.136, 0.038, 0.132, 0.255, 0.400, -0.210, 0.209, -0.142,
    0.119, -0.675, -0.384, 0.045, 0.697, -0.456, 0.015, -0.147,
    0.288, 0.089, -0.195, -0.009, 0.551, -0.129, 0.176, 0.017,
    0.295, -0.630, 0.298, -0.104, 0.513, -0.762, 0.375, -0.228,
    -0.026, 0.082, 0.153, -0.194, 0.575, -0.325, 0.051, -0.073,
    0.687, 1.272, 0.663, 0.414, -0.412, -0.470, -0.483, -0.377,
    -0.042, -0.074, -0.331, -0.246, -0.050, -0.467, -0.086, 0.002,
    0.599, 0.623, 0.209, 0.074, -0.548, 0.142, 0.020, -0.231,
    0.014, -0.373, -0.501, 0.086, -0.036, -0.376, 0.211, 0.088,
    0.302, 0.727, 0.243, -0.200, -0.127, -0.127, 0.018, 0.587,
    -0.141, -0.504, -0.366, -0.137, -0.032, -0.332, -0.070, 0.158,
    0.322, 0.904, 0.036, -0.260, -0.187, -0.183, -0.202, -0.114,
    -0.035, -0.284, -0.038, 0.220, 0.243, -0.096, -0.118, -0.209,
    1.872, -0.007, -0.034, -0.267, -0.081, -0.089, -0.572, -0.209,
    0.048, -0.233, -0.221, 0.271, 0.326, -0.119, -0.464, -0.222,
)

TEMPO_FIRST = (
    # autocorrelation of all bands at 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 3 and 4 beats
    -4.210, -4.188, 5.223, -1.737, 3.080, -1.445, 1.279, 2.177, 1.283,
    # autocorrelation of each of five bands at 1/2, 1, 2 and 4 beats
    -0.692, 2.585, 1.480, 4.191,
    -1.434, -0.582, -1.516, 2.588,
    -0.139, -1.496, 0.053, -1.299,
    -1.918, -1.455, -0.517, -0.095,
    3.406, 1.745, 2.540, -0.708,
    # octaves from 120 BPM: value, square, |cube|
    0.187, -1.576, -0.419,
    # log2 of onsets per beat, its square: all bands, kick, snare and hat registers
    -0.135, -0.424, -0.123, 0.371, -0.121, 0.096, -0.119, -0.452,
    # octaves from 120 BPM times sub-bass, air and dynamics
    -0.412, 0.408, -0.533,
)

TEMPO_SECOND = (
    # mixolydian.estimators.metre.fit: template, steadiness, log agreement of beat, of sixteenths
    0.343, -0.394, 0.327, 1.773,
)
# fmt: on
