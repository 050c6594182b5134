"""Where the truth of a simulated cohort stands in its AnnData, NaN for normals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinpurify.cohort.simulation.synthetic import SyntheticCohort

if TYPE_CHECKING:
    from anndata import AnnData

TRUE_PROFILE = "true_profile"
TRUE_PURITY = "true_purity"
PREFIX = "true_"


def add_truth(cohort: AnnData, simulated: SyntheticCohort) -> None:
    """Put what is known of each simulated tumour beside its measured profile.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        As assembled from `simulated`; it is written to: ``layers["true_profile"]``, the pure
        tumour in the unit of the cohort, and ``obs["true_purity"]`` and likewise
        ``true_programme, true_normal_fraction, true_immune_fraction, true_stroma_fraction``.
    simulated : SyntheticCohort
    """
    pure = simulated.pure_profiles.reindex(index=cohort.obs_names, columns=cohort.var_names)
    cohort.layers[TRUE_PROFILE] = pure.to_numpy()
    table = simulated.truth_table.reindex(cohort.obs_names).add_prefix(PREFIX)
    cohort.obs[list(table.columns)] = table
