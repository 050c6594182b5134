"""One split: the transformer fitted on training patients, and its classes explained on others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.evaluation.known_truths.gene_sets import usable_sets
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.evaluation.questions.labels.reading import (
    MIN_SCORED_PATIENTS,
    choose_classes,
    class_labels,
    frequent_classes,
)
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.studies.completion import Completer, Parameters
from twinpurify.studies.gene_attribution.accounts import (
    ACCOUNTS,
    ATTENTION,
    GRADIENTS,
    PERMUTATION,
    Explained,
)
from twinpurify.studies.gene_attribution.agreement import rank_agreement
from twinpurify.studies.gene_attribution.enrichment import over_representation
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings


@dataclass(frozen=True)
class Accounts:
    """What the accounts say of each gene for each tumour that is explained.

    Attributes
    ----------
    importance : dict of str to array, shape (tumours, genes)
        0 or above where an account knows no direction; NaN for genes that weren't asked about.
    genes : Index
    labels : array of str, shape (tumours,)
    weights : array, shape (replicates, tumours)
    gaps : array, shape (tumours,)
        What integrated gradients lack to the whole.
    """

    importance: dict[str, np.ndarray]
    genes: pd.Index
    labels: np.ndarray
    weights: np.ndarray
    gaps: np.ndarray


def run_contestant(
    name: str,
    data: SplitData,
    settings: GeneAttributionSettings,
    parameters: Parameters,
    cohort: str,
    bootstrap: PatientBootstrap,
) -> dict[str, pd.DataFrame]:
    """Fit the transformer, and explain its classes by three accounts.

    Parameters
    ----------
    name : str
        ``masked_transformer``.
    data : SplitData
    settings : GeneAttributionSettings
    parameters : mapping of str to mapping
        Of methods.
    cohort : str
    bootstrap : PatientBootstrap

    Returns
    -------
    dict of str to DataFrame
        ``attributions``, ``agreement``, ``enrichment``, and ``notes`` on what was left out.

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt or scored.
    """
    model = Completer(name, parameters).fit(data.train_tumours).model
    explained, patients = explain(model, data, settings)
    accounts = _ask(explained, data, settings, bootstrap.weights(patients))
    enrichment, notes = _enrichment(accounts, data, settings)
    run = {"cohort": cohort, "split": data.split}
    tables = {"attributions": _attributions(accounts), "agreement": _agreement(accounts)}
    tables["enrichment"] = enrichment
    placed = {key: table.assign(**run) for key, table in tables.items()}
    return placed | {"notes": pd.DataFrame({"note": notes}, dtype=str)}


def explain(
    model: object, data: SplitData, settings: GeneAttributionSettings
) -> tuple[Explained, np.ndarray]:
    """Fit the probe on training tumours, and draw the test tumours that are explained.

    Parameters
    ----------
    model : MaskedTransformer
        Fitted.
    data : SplitData
    settings : GeneAttributionSettings

    Returns
    -------
    Explained
    array of str
        Patients of these tumours.

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt or scored.
    """
    train, test = (class_labels(obs, settings.label) for obs in (data.train_obs, data.test_obs))
    patients, tested = (obs["patient_id"].to_numpy() for obs in (data.train_obs, data.test_obs))
    classes = choose_classes(
        frequent_classes(train, patients, settings.min_class_patients),
        frequent_classes(test, tested, MIN_SCORED_PATIENTS),
        settings.label,
        settings.min_class_patients,
    )
    learnt, rng = np.isin(train, classes.trained), data.rng("tumours")
    probe = ClassificationProbe(data.rng("inner folds"), settings.n_inner_folds)
    probe.fit(model.transform(data.train_tumours[learnt]), train[learnt], patients[learnt])
    chosen = [
        rng.permutation(np.flatnonzero(test == name))[: settings.n_tumours_per_class]
        for name in classes.scored
    ]
    rows = np.sort(np.concatenate(chosen))
    profiles = data.test_tumours.iloc[rows][list(model.genes_)]
    return Explained(model, probe, profiles, test[rows]), tested[rows]


def _ask(
    explained: Explained, data: SplitData, settings: GeneAttributionSettings, weights: np.ndarray
) -> Accounts:
    """Ask all three accounts."""
    genes, rng = explained.profiles.columns, data.rng("permuted genes")
    n_permuted = min(settings.n_permuted_genes, len(genes))
    permuted = sorted(rng.choice(np.array(sorted(genes), dtype=object), n_permuted, replace=False))
    shares, gaps = explained.gradients(settings.n_steps)
    importance = {
        ATTENTION: explained.attention(),
        # A share may be negative: how far a gene moves the score, not which way, is compared.
        GRADIENTS: np.abs(shares),
        PERMUTATION: explained.permutation(permuted, rng),
    }
    return Accounts(importance, genes, explained.labels, weights, gaps)


def _attributions(accounts: Accounts) -> pd.DataFrame:
    """Average over the tumours of each class: a row a class and gene, a column an account."""
    parts = []
    for name in np.unique(accounts.labels):
        rows = accounts.labels == name
        means = {key: accounts.importance[key][rows].mean(axis=0) for key in ACCOUNTS}
        parts.append(pd.DataFrame({"class": name, "gene": list(accounts.genes)} | means))
    return pd.concat(parts, ignore_index=True)


def _agreement(accounts: Accounts) -> pd.DataFrame:
    """Correlate the accounts of each class, on the genes that all were asked about."""
    asked = np.isfinite(accounts.importance[PERMUTATION]).all(axis=0)
    found = []
    for name in np.unique(accounts.labels):
        rows = accounts.labels == name
        shown = {key: accounts.importance[key][rows][:, asked] for key in ACCOUNTS}
        pairs = rank_agreement(shown, accounts.weights[:, rows])
        more = {"n_genes": int(asked.sum()), "n_tumours": int(rows.sum())}
        more |= {"incompleteness": float(np.median(accounts.gaps[rows]))}
        found += [{"class": name} | pair | more for pair in pairs]
    return pd.DataFrame(found)


def _enrichment(
    accounts: Accounts, data: SplitData, settings: GeneAttributionSettings
) -> tuple[pd.DataFrame, list[str]]:
    """Look up the gene sets of the strongest genes of each class and account."""
    parts, notes, table = [], [], _attributions(accounts)
    for collection in settings.pathway_collections:
        try:
            minimum = settings.min_set_genes
            sets = usable_sets(data.resources, collection, accounts.genes, minimum)
        except UnanswerableError as reason:
            notes.append(str(reason))
            continue
        for name, rows in table.groupby("class"):
            for account in ACCOUNTS:
                importance = rows.set_index("gene")[account]
                found = over_representation(importance, sets, settings.n_top_genes)
                keys = {"class": name, "account": account, "collection": collection}
                parts.append(found.assign(**keys))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), notes
