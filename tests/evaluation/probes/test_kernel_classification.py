"""Support vectors with a Gaussian kernel: what no straight line tells apart, and their penalty."""

import numpy as np

from twinpurify.evaluation.probes.kernel_classification import PENALTIES, KernelClassificationProbe


def rings(n=120, seed=0):
    rng = np.random.default_rng(seed)
    angle, inner = rng.uniform(0.0, 2.0 * np.pi, n), np.arange(n) % 2 == 0
    radius = np.where(inner, 1.0, 3.0) + 0.1 * rng.normal(size=n)
    values = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return values, np.where(inner, "in", "out"), np.arange(n).astype(str)


def test_a_ring_around_another_is_told_apart():
    values, labels, patients = rings()
    fitted = KernelClassificationProbe(np.random.default_rng(0)).fit(values, labels, patients)
    other, truth, _ = rings(seed=1)
    assert (fitted.predict(other) == truth).mean() > 0.95
    assert fitted.inverse_penalty_ in PENALTIES


def test_a_penalty_that_is_given_is_not_chosen():
    values, labels, patients = rings()
    given = KernelClassificationProbe(np.random.default_rng(0), inverse_penalty=0.37)
    assert given.fit(values, labels, patients).model_.C == 0.37
