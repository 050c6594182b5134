"""Normals of another cohort: aligned by the tumours of both, so that the difference survives."""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from twinpurify.errors import BackgroundError, GeneMismatchError
from twinpurify.normalization.alignment.reference_normals import (
    align_normals,
    append_normals,
    shared_genes,
)

N_TUMOURS, N_NORMALS, N_GENES = 60, 12, 120
GENES = [f"G{i:03d}" for i in range(N_GENES)]
GAINS, SHIFTS = np.random.default_rng(1).uniform([[0.7], [-1]], [[1.3], [1]], (2, N_GENES))


def profiles(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Tumours and normals as one platform measures them; half of the genes part the two."""
    rng = np.random.default_rng(seed)
    centre = np.linspace(4, 9, N_GENES)
    away = np.where(np.arange(N_GENES) % 2, 2.0, 0.0)
    return (
        centre + rng.normal(0, 0.5, (N_TUMOURS, N_GENES)),
        centre + away + rng.normal(0, 0.5, (N_NORMALS, N_GENES)),
    )


def elsewhere(values: np.ndarray) -> np.ndarray:
    """What another platform measures: each gene stretched and shifted."""
    return values * GAINS + SHIFTS


def cohort(values: np.ndarray, name: str, genes: list[str] = GENES) -> AnnData:
    """A cohort whose first samples are tumours; the patients of the normals have a tumour."""
    rows = np.arange(len(values))
    obs = pd.DataFrame(
        {
            "patient_id": [f"{name}{row % N_TUMOURS}" for row in rows],
            "tissue": np.where(rows < N_TUMOURS, "tumour", "normal"),
        },
        index=[f"s{row}" for row in rows],
    )
    var = pd.DataFrame(index=genes)
    return AnnData(values.astype(np.float32), obs=obs, var=var, uns={"cohort": name})


@pytest.fixture
def reference() -> AnnData:
    return cohort(elsewhere(np.concatenate(profiles(1))), "ref")


@pytest.fixture
def training() -> pd.DataFrame:
    return cohort(profiles(2)[0], "own").to_df()


def test_normals_stay_as_far_from_tumours_as_they_are(reference, training):
    found = align_normals(reference, training, [], "location_scale")
    true = profiles(1)[1] - training.to_numpy().mean(axis=0)
    away = found.to_numpy() - training.to_numpy().mean(axis=0)
    slope = (away.mean(axis=0) @ true.mean(axis=0)) / np.square(true.mean(axis=0)).sum()
    assert np.corrcoef(away.mean(axis=0), true.mean(axis=0))[0, 1] > 0.9
    assert 0.75 < slope < 1.25


def test_without_alignment_the_platform_is_taken_for_normal_tissue(reference, training):
    plain = align_normals(reference, training, [], "none").mean() - training.mean()
    aligned = align_normals(reference, training, [], "location_scale").mean() - training.mean()
    unchanged = np.arange(N_GENES) % 2 == 0
    assert plain[unchanged].abs().mean() > 3 * aligned[unchanged].abs().mean()


def test_normals_have_no_say_in_the_map(reference, training):
    before = align_normals(reference, training, [], "location_scale")
    changed = reference.copy()
    changed.X[N_TUMOURS] += 3.0
    after = align_normals(changed, training, [], "location_scale")
    pd.testing.assert_frame_equal(before.iloc[1:], after.iloc[1:])
    assert not np.allclose(before.iloc[0], after.iloc[0])


def test_held_out_patients_have_no_say_in_the_map(reference, training):
    before = align_normals(reference, training, ["ref50"], "location_scale")
    changed = reference.copy()
    changed.X[50] += 3.0
    pd.testing.assert_frame_equal(
        before, align_normals(changed, training, ["ref50"], "location_scale")
    )
    assert not before.equals(align_normals(changed, training, [], "location_scale"))


def test_normals_bear_their_patient_and_a_name_of_their_own(reference, training):
    found = align_normals(reference, training[GENES[::-1]], ["ref3"], "quantile")
    assert list(found.columns) == GENES[::-1]
    assert found.index.names == ["patient_id", "sample_id"]
    assert found.index[3] == ("ref3", "ref:s63")


def test_too_few_normals_or_tumours_are_refused(reference, training):
    few = reference[: N_TUMOURS + 2]
    match = r"ref has 2 normals to lend, and 60 tumours .*Name another .*reference_normals\.cohort"
    with pytest.raises(BackgroundError, match=match):
        align_normals(few, training, [], "location_scale")
    with pytest.raises(BackgroundError, match="has 12 normals to lend, and 0 tumours outside"):
        align_normals(reference, training, set(reference.obs["patient_id"]), "location_scale")


def test_genes_in_both_come_in_the_cohort_s_order(reference):
    own = cohort(np.zeros((3, N_GENES)), "own", ["X1", *GENES[:0:-1]])
    assert list(shared_genes(own, reference)) == GENES[:0:-1]


def test_too_few_genes_are_an_error_that_names_the_setting(reference):
    own = cohort(np.zeros((3, 130)), "own", [*GENES[:99], *(f"X{i}" for i in range(31))])
    match = (
        r"own and ref share 99 genes; at least 100 are needed .*\(reference_normals\.cohort\)\. "
        r"own has 130, such as 'G000'.*; ref has 120, .*genes\.id_type"
    )
    with pytest.raises(GeneMismatchError, match=match):
        shared_genes(own, reference)


def test_normals_stand_behind_the_cohort_s_own_samples(reference, training):
    own = cohort(profiles(2)[0], "own")
    own.obs["subtype"] = "LumA"
    # As they come back from a file.
    own.obs = own.obs.astype("category").assign(age=np.nan)
    normals = align_normals(reference, training, [], "none")
    both = append_normals(own, normals)
    assert both.shape == (N_TUMOURS + N_NORMALS, N_GENES)
    assert both.obs["tissue"].tolist() == reference.obs["tissue"].tolist()
    assert both.obs["subtype"].isna().sum() == N_NORMALS
    assert both.obs["patient_id"].iloc[-1] == "ref11"
    np.testing.assert_array_equal(both.X[N_TUMOURS:], normals)
    assert append_normals(own, None) is own
