"""Coefficients of the two conditional logits behind tempo and metre, listed in full.

They are the only numbers here that were fitted to music: on rendered electronic and pop
pieces, on human drum performances (Groove MIDI, CC BY 4.0) and on electronic projects,
by ``python -m benchmarks.fit_templates``. They are knowledge of how bars are usually built,
in the same sense as key profiles are, and small enough to read: kick on one, backbeats on
two and four, chords and textures that change on the bar line, music that enters on it.
"""

# fmt: off
BAR = (
    # rows: mixolydian.estimators.metre.EVIDENCE; columns: the 16 sixteenths of a 4/4 bar
    1.409, -0.717, -0.755, 0.433, -0.070, -0.508, -0.081, 0.113, 0.179, 0.219, 0.390, 0.072, 0.259, -0.213, -0.479, -0.251,
    0.276, -0.664, -0.580, -0.057, 0.511, -0.254, -0.288, -0.022, 0.058, 0.258, 0.053, 0.137, 0.583, -0.072, 0.151, -0.091,
    -0.028, -0.684, -0.387, -0.100, 0.478, -0.304, 0.034, -0.133, -0.011, 0.225, 0.008, 0.216, 0.484, -0.025, 0.233, -0.005,
    0.160, -0.768, -0.361, 0.002, 0.501, -0.492, 0.009, -0.193, 0.214, 0.242, -0.028, 0.066, 0.523, -0.022, 0.147, -0.001,
    0.014, -0.670, 0.100, -0.235, 0.624, -0.612, 0.199, -0.454, 0.032, 0.233, 0.114, -0.047, 0.666, -0.074, 0.158, -0.048,
    0.618, 1.253, 0.603, 1.116, -0.396, -0.720, -0.688, 0.038, -0.063, -0.131, -0.035, -0.666, -0.285, -0.470, -0.149, -0.026,
    0.482, 0.622, 0.045, 0.102, -0.441, -0.226, -0.040, -0.202, -0.032, 0.035, -0.351, -0.283, -0.121, -0.044, 0.108, 0.347,
    1.568, 0.316, -0.018, -0.113, -0.379, -0.040, -0.166, 0.001, 0.667, -0.571, -0.337, 0.044, -0.065, -0.179, -0.444, -0.286,
    2.052, -0.034, -0.315, -0.031, -0.303, -0.160, -0.323, 0.203, -0.334, -0.098, -0.170, 0.205, 0.051, -0.058, -0.269, -0.418,
    1.052, -0.169, -0.179, -0.310, 0.275, 0.071, -0.430, -0.292, 0.177, -0.444, -0.209, 0.215, 0.495, 0.113, -0.301, -0.065,
)

TEMPO_FIRST = (
    # autocorrelation of all bands at 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 3 and 4 beats
    -2.491, -3.145, 2.375, -1.360, 1.801, 0.050, 0.716, 0.893, 0.767,
    # autocorrelation of each of five bands at 1/2, 1, 2 and 4 beats
    -1.089, 2.263, 1.194, 2.838,
    -0.099, -0.003, -0.198, 1.732,
    -1.614, -0.744, 0.280, 0.018,
    -0.016, -1.381, 0.123, -0.116,
    2.460, 2.131, 1.466, 0.153,
    # octaves from 120 BPM: value, square, |cube|
    -0.156, -1.240, -0.427,
    # log2 of onsets per beat, its square: all bands, kick, snare and hat registers
    0.113, -0.271,
    0.099, 0.137,
    0.101, 0.009,
    0.099, -0.328,
)

TEMPO_SECOND = (
    # mixolydian.estimators.metre.fit: template, steadiness, log agreement of beat, of sixteenths
    0.502, -0.761, 0.409, 1.742,
)
