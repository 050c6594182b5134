"""The pair of a straight and a curved classifier."""

import numpy as np

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.studies.gene_panels.pair_probe import PairProbe


def ring(n_samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A class in the middle of another, which no line tells apart; much of one, little of it."""
    rng = np.random.default_rng(seed)
    inside = rng.uniform(size=n_samples) < 0.25
    angle = rng.uniform(0, 2 * np.pi, n_samples)
    radius = np.where(inside, 0.3, 2.0) + 0.1 * rng.normal(size=n_samples)
    features = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return features, np.where(inside, "in", "out")


def test_a_ring_is_told_from_its_middle_which_a_line_cannot():
    features, labels = ring(400, 0)
    asked, truth = ring(200, 1)
    patients = np.arange(len(labels))
    found = PairProbe(np.random.default_rng(0)).fit(features, labels, patients).predict(asked)
    line = ClassificationProbe(np.random.default_rng(0)).fit(features, labels, patients)
    assert (found == truth).mean() > 0.9
    assert (line.predict(asked) == truth).mean() < 0.8


def test_the_same_generator_gives_the_same_classes_and_a_refit_learns_other_labels():
    features, labels = ring(200, 0)
    patients = np.arange(len(labels))
    first, second = (
        PairProbe(np.random.default_rng(3), 2).fit(features, labels, patients) for _ in range(2)
    )
    assert (first.predict(features) == second.predict(features)).all()
    swapped = np.where(labels == "in", "out", "in")
    assert (first.refit(swapped).predict(features) == swapped).mean() > 0.9


def test_one_sample_alone_is_called_as_in_a_batch():
    features, labels = ring(200, 0)
    probe = PairProbe(np.random.default_rng(3), 2).fit(features, labels, np.arange(len(labels)))
    together = probe.predict(features[:9])
    assert [probe.predict(features[[row]])[0] for row in range(9)] == together.tolist()
