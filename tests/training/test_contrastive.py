"""Learning without labels: pairs of one sound, and a loss that falls when they are found."""

# ruff: noqa: E402
from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")

from mixolydian.models import windows
from mixolydian.training import contrastive
from mixolydian.training.content import LABELS
from mixolydian.training.contrastive import DIMENSIONS, Encoder, Pairs, Twins
from tests.training.streams import stream

BATCH = 12
STEPS = 80


@pytest.fixture(scope="module")
def pool():
    return [stream(LABELS[i % 4], seed=i, n=100) for i in range(16)]


def drawn(pairs):
    return [batch[0] for batch in pairs]


# ---------------------------------------------------------------------------- pairs


def test_a_batch_holds_two_windows_of_each_of_many_sounds(pool):
    pairs = Pairs(pool, BATCH, 3, 1)
    found = drawn(pairs)
    assert len(found) == len(pairs) == 3
    assert all(b.shape == (2, BATCH, windows.WINDOW, windows.N_BANDS) for b in found)
    assert all(torch.isfinite(b).all() for b in found)
    assert not torch.equal(found[0][0], found[0][1]), "the two are disturbed differently"


def test_twins_are_of_one_sound(monkeypatch):
    """Each sound has a band of its own, in which a disturbance seldom drowns it; by chance one in
    eight would agree."""
    own = [stream("music", slice(8 * i, 8 * i + 8)) for i in range(8)]
    monkeypatch.setattr(contrastive, "_masked", lambda batch, rng: batch)
    for sides in drawn(Pairs(own, 8, 8, 0, fixed=True)):
        bands = sides.mean(dim=2).reshape(2, 8, 8, 8).mean(dim=3).argmax(dim=2)
        assert (bands[0] == bands[1]).sum() >= 6
        assert len(set(bands[0].tolist())) >= 6, "hardly a sound twice"


def test_validation_draws_the_same_pairs_every_time(pool):
    fixed = Pairs(pool, BATCH, 2, 1, fixed=True)
    assert all(torch.equal(a, b) for a, b in zip(drawn(fixed), drawn(fixed), strict=True))
    torch.manual_seed(0)
    free = Pairs(pool, BATCH, 1, 1)
    first, second = drawn(free)[0], drawn(free)[0]
    assert not torch.equal(first, second)
    torch.manual_seed(0)
    assert torch.equal(drawn(free)[0], first), "but a seeded run draws the same"


def test_short_sounds_are_padded():
    found = drawn(Pairs([stream("noise", n=20, seed=i) for i in range(4)], 4, 1, 0))[0]
    assert found.shape == (2, 4, windows.WINDOW, windows.N_BANDS)
    assert torch.isfinite(found).all()


def test_masks_blank_some_frames_and_some_bands():
    rng = np.random.default_rng(0)
    batch = rng.normal(size=(40, windows.WINDOW, windows.N_BANDS)).astype(np.float32)
    found = contrastive._masked(batch.copy(), rng)
    changed = found != batch
    frames = changed.all(axis=2).sum(axis=1)
    bands = changed.all(axis=1).sum(axis=1)
    assert 0 < (frames > 0).mean() < 1
    assert 0 < (bands > 0).mean() < 1
    assert frames.max() <= 12
    assert bands.max() <= 10


# ---------------------------------------------------------------------------- learning


def test_an_embedding_per_window():
    found = Encoder(16)(torch.zeros(3, windows.WINDOW, windows.N_BANDS))
    assert found.shape == (3, DIMENSIONS)


def test_the_loss_is_small_where_twins_are_found():
    twins = Twins(1e-3, 10, 0.1, width=8)
    twins.projection = torch.nn.Identity()
    twins.encoder = torch.nn.Identity()
    rows = torch.eye(BATCH)
    loss, found = twins.loss(torch.stack([rows, rows]))
    assert found == 1.0
    assert loss < 0.01
    loss, found = twins.loss(torch.stack([rows, rows.roll(1, dims=0)]))
    assert found == 0.0
    assert loss > 5.0


def test_chance_is_the_logarithm_of_the_batch():
    twins = Twins(1e-3, 10, 1e6, width=8)
    batch = torch.randn(2, BATCH, windows.WINDOW, windows.N_BANDS)
    loss, _ = twins.loss(batch)
    assert float(loss.detach()) == pytest.approx(np.log(2 * BATCH - 1), abs=0.01)


def test_the_loss_falls(pool):
    torch.manual_seed(0)
    twins = Twins(5e-3, STEPS, 0.1, width=16)
    unseen = drawn(Pairs(pool, BATCH, 3, 9, fixed=True))

    def judged():
        with torch.no_grad():
            found = [twins.loss(batch) for batch in unseen]
        return tuple(float(np.mean([f[i] for f in found])) for i in (0, 1))

    plan = twins.configure_optimizers()
    optimizer, schedule = plan["optimizer"], plan["lr_scheduler"]["scheduler"]
    before = judged()
    for batch in drawn(Pairs(pool, BATCH, STEPS, 1, fixed=True)):
        loss, _ = twins.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    after = judged()
    assert after[0] < 0.8 * before[0]
    assert after[1] > before[1]
