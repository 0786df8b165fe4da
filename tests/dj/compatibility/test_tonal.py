"""Tonal distance and roughness order what theory orders."""

import numpy as np
import pytest

from mixolydian.dj.compatibility import roughness, tonal
from mixolydian.theory.chord import parse_chord


def chroma(*labels):
    rows = np.zeros((len(labels), 12))
    for row, label in zip(rows, labels, strict=True):
        row[list(parse_chord(label).pitch_classes)] = 1.0
    return rows


def test_the_same_content_is_at_distance_0_whatever_its_loudness():
    a = chroma("A:min", "C:maj7")
    assert tonal.tonal_distance(a, 5 * a) == pytest.approx([0.0, 0.0], abs=1e-12)


def test_relatives_are_nearer_than_neighbours_and_these_than_strangers():
    c = chroma("C:maj", "C:maj", "C:maj")
    near, fifth, far = tonal.tonal_distance(c, chroma("A:min", "G:maj", "F#:maj"))
    assert 0 < near < fifth < far <= 1


def test_silence_cannot_clash():
    assert tonal.tonal_distance(chroma("C:maj"), np.zeros((1, 12)))[0] == 0.0


def test_distance_does_not_know_the_key():
    a, b = chroma("C:maj"), chroma("E:min7")
    moved = tonal.tonal_distance(tonal.transposed(a, 5), tonal.transposed(b, 5))
    assert moved == pytest.approx(tonal.tonal_distance(a, b))


def test_fractions_of_a_semitone_lie_between():
    a = chroma("C:maj")
    apart = [tonal.tonal_distance(a, tonal.transposed(a, s))[0] for s in (0.0, 0.25, 0.5, 1.0)]
    assert apart == sorted(apart)


def test_clusters_are_more_dissonant_than_chords():
    cluster = np.zeros((1, 12))
    cluster[0, [0, 1, 2]] = 1.0
    assert tonal.dissonance(chroma("C:maj"))[0] < tonal.dissonance(cluster)[0]


def meeting(*pairs):
    a, b = np.zeros((1, 84)), np.zeros((1, 84))
    for x, y in pairs:
        a[0, x], b[0, y] = 1.0, 1.0
    return roughness.together(roughness.notes(a), roughness.notes(b))


def test_a_semitone_is_rougher_than_a_fifth_and_this_than_an_octave():
    values = [roughness.roughness(meeting((39, 39 + i)), 0.0) for i in (1, 7, 12)]
    assert values[0] > 2 * values[1] > 0
    assert values[1] > values[2]


def test_detuned_unisons_grow_rough_with_the_cents():
    unison = meeting((39, 39))
    values = [roughness.roughness(unison, cents / 100) for cents in (0, 12.5, 25, 50)]
    assert values == sorted(values)
    assert values[3] > 4 * values[0]


def test_the_curve_is_the_roughness_at_each_shift_and_finds_the_unison():
    pair = meeting((39, 41))
    shifts, curve = roughness.roughness_curve(pair)
    assert len(shifts) == 97
    assert curve[60] == pytest.approx(roughness.roughness(pair, float(shifts[60])))
    near = np.abs(shifts + 2) <= 1
    assert shifts[near][curve[near].argmin()] == -2.0


def test_lower_is_rougher():
    low, high = (roughness.roughness(meeting((p, p + 4)), 0.0) for p in (5, 50))
    assert low > high
