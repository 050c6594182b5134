"""Two components: mixtures of which all is known, taken apart and put together again."""

import numpy as np
import pytest
from scipy.optimize import nnls
from scipy.stats import spearmanr
from sklearn.decomposition import PCA

from twinpurify.representation.linear.two_component import TwoComponent

RNG = np.random.default_rng(0)
N_GENES, N_TUMOURS = 60, 80
# A third of the genes is the tumours' own, a third the normals', a third both have.
KIND = np.repeat([0, 1, 2], N_GENES // 3)
LEVEL = RNG.uniform(100.0, 1000.0, N_GENES)
SHARED = np.where(KIND == 1, 0.0, LEVEL)
NORMAL = np.where(KIND == 0, 0.0, RNG.uniform(100.0, 1000.0, N_GENES))


def varied(profile: np.ndarray, n: int, spread: float) -> np.ndarray:
    samples = profile * RNG.lognormal(0.0, spread, (n, N_GENES))
    return samples * (LEVEL.sum() / samples.sum(axis=1, keepdims=True))


NORMALS, PURE = varied(NORMAL, 10, 0.3), varied(SHARED, N_TUMOURS, 0.3)
PURITY = RNG.uniform(0.3, 0.95, N_TUMOURS)
BACKGROUND = RNG.dirichlet(np.ones(10), N_TUMOURS) @ NORMALS
MIXED = PURITY[:, None] * PURE + (1.0 - PURITY)[:, None] * BACKGROUND


def log2(linear: np.ndarray) -> np.ndarray:
    return np.log2(linear + 1.0)


def fit(**parameters) -> TwoComponent:
    return TwoComponent(**{"n_dimensions": 4, **parameters}).fit(
        log2(MIXED), background=log2(NORMALS)
    )


def test_purity_and_pure_profiles_are_recovered():
    method = fit()
    found = method.estimate_purity(log2(MIXED))
    assert found.dtype == np.float32
    assert spearmanr(found, PURITY)[0] > 0.97
    np.testing.assert_allclose(found, PURITY, atol=0.12)
    purified = method.purify(log2(MIXED)).to_numpy()
    of_normals = KIND == 1
    # What only normals express is gone, the rest nearer to the truth.
    assert purified[:, of_normals].mean() < 0.5 * log2(MIXED)[:, of_normals].mean()
    error = np.sqrt(np.mean((purified - log2(PURE)) ** 2))
    assert error < 0.6 * np.sqrt(np.mean((log2(MIXED) - log2(PURE)) ** 2))


def test_normals_have_next_to_no_purity_and_the_shared_profile_all():
    method = fit()
    assert method.estimate_purity(log2(NORMALS)).max() < 0.05
    assert method.estimate_purity(log2(method.tumour_profile_[None]))[0] > 0.95


def test_the_shared_profile_is_that_of_the_tumours():
    found = fit().tumour_profile_
    assert np.corrcoef(found, SHARED)[0, 1] > 0.97
    assert found.sum() == pytest.approx(MIXED.mean(axis=0).sum(), rel=1e-4)


def test_it_equals_a_slow_one():
    method = fit(n_rounds=3)
    normals, scale = NORMALS, MIXED.std(axis=0)
    profile = np.maximum(MIXED.mean(axis=0) - normals.mean(axis=0), 0.0)

    def take_apart(sample: np.ndarray) -> tuple[float, np.ndarray]:
        sources = np.vstack([profile, normals]) / scale
        amounts = nnls(sources.T, sample / scale)[0]
        return amounts[0], amounts[1:] @ normals

    for _ in range(3):
        parts = [take_apart(sample) for sample in MIXED]
        top = sum(a * (x - n) for (a, n), x in zip(parts, MIXED, strict=True))
        profile = np.maximum(top, 0.0)
        profile *= MIXED.mean(axis=0).sum() / profile.sum()
    np.testing.assert_allclose(method.tumour_profile_, profile, rtol=2e-3, atol=0.5)
    parts = [take_apart(sample) for sample in MIXED]
    purity = np.array([a * profile.sum() / (a * profile.sum() + n.sum()) for a, n in parts])
    np.testing.assert_allclose(method.estimate_purity(log2(MIXED)), purity, atol=2e-3)
    left = np.maximum(MIXED - np.array([n for _, n in parts]), 0.0)
    purified = log2(left / np.maximum(purity, 0.1)[:, None])
    np.testing.assert_allclose(method.purify(log2(MIXED)), purified, atol=0.02)


def test_the_embedding_is_made_of_components_of_the_purified_profiles():
    method = fit()
    purified = method.purify(log2(MIXED)).to_numpy()
    spread = purified.std(axis=0)
    standardised = (purified - purified.mean(axis=0)) / np.where(spread > 1e-6, spread, np.inf)
    expected = PCA(n_components=4, svd_solver="full").fit_transform(standardised)
    found = method.transform(log2(MIXED))
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=1e-3)


def test_the_rounds_settle():
    first, second = fit(n_rounds=40).tumour_profile_, fit(n_rounds=60).tumour_profile_
    assert np.abs(first - second).sum() < 1e-3 * first.sum()


def test_profiles_are_not_divided_by_less_than_the_minimum():
    diluted = log2(0.02 * PURE + 0.98 * BACKGROUND)
    low, high = fit(minimum_purity=0.05), fit(minimum_purity=0.5)
    assert low.estimate_purity(diluted).max() < 0.1
    assert low.purify(diluted).to_numpy().mean() > high.purify(diluted).to_numpy().mean()
    of_tumours = np.exp2(high.purify(diluted).to_numpy()) - 1.0
    assert (of_tumours <= 2.0 * np.exp2(diluted)).all()


def test_a_profile_without_any_expression_has_no_purity():
    nothing = np.zeros((1, N_GENES))
    assert fit().estimate_purity(nothing)[0] == 0.0
    assert (fit().purify(nothing).to_numpy() == 0.0).all()


def test_tumours_that_are_normals_have_nothing_of_their_own():
    method = TwoComponent(n_dimensions=2).fit(log2(NORMALS), background=log2(NORMALS))
    assert (method.estimate_purity(log2(NORMALS)) < 0.05).all()
    assert np.isfinite(method.transform(log2(NORMALS))).all()


def test_samples_keep_their_names_and_genes_their_order():
    import pandas as pd

    genes = [f"G{i}" for i in range(N_GENES)]
    frame = pd.DataFrame(log2(MIXED), columns=genes).rename(index="S{}".format)
    normals = pd.DataFrame(log2(NORMALS), columns=genes)
    method = TwoComponent(n_dimensions=3).fit(frame, background=normals)
    purified = method.purify(frame.iloc[::-1, ::-1])
    assert list(purified.index) == list(frame.index[::-1])
    assert list(purified.columns) == genes
    pd.testing.assert_frame_equal(purified[::-1], method.purify(frame), atol=1e-5)
