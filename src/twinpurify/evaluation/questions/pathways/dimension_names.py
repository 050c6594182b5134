"""What are the dimensions of an embedding about? Their genes, and the process these belong to."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.question import (
    Question,
)
from twinpurify.evaluation.known_truths.gene_sets import usable_collections
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.pathways.pathway_activity import (
    activity_p_values,
    pathway_activity,
)
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.uncertainty.bootstrap import REFERENCE

N_TOP_GENES = 5
# The names of one model serve a reader; the dimensions of another split are others.
NAMED_SPLIT = 0


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Name each dimension by the gene set that its genes are most enriched in.

    The loading of a gene is its correlation with the dimension over the training tumours, so that
    linear and curved methods are named alike. Which sets are enriched is asked by ``ulm`` among
    all genes of the dimension. Only the first split is named.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Table ``dimension_names``: of each dimension the best set of all collections, with the
        false discovery rate over sets and dimensions.

    Raises
    ------
    UnanswerableError
        If the dimensions are genes, too many, or no gene sets were read.
    """
    answer, settings = Answer(), embedded.settings
    if embedded.data.split != NAMED_SPLIT:
        return answer
    if embedded.method.name == REFERENCE:
        raise UnanswerableError("the dimensions of raw expression are genes, which have names")
    n_dimensions = embedded.train.shape[1]
    if n_dimensions > settings.max_named_dimensions:
        raise UnanswerableError(
            f"{n_dimensions} dimensions; at most {settings.max_named_dimensions} are named "
            "(setting max_named_dimensions)"
        )
    loadings = gene_loadings(embedded.train, embedded.data.train_tumours)
    answer.tabulate("dimension_names", _best_sets(embedded, loadings))
    return answer


def gene_loadings(embedding: np.ndarray, profiles: pd.DataFrame) -> pd.DataFrame:
    """Correlate each dimension with each gene.

    Parameters
    ----------
    embedding : array, shape (tumours, dimensions)
    profiles : DataFrame, tumours × genes
        The same tumours, log2(x + 1).

    Returns
    -------
    DataFrame, dimensions × genes
        Without dimensions and genes that don't vary.
    """
    dimensions = pd.DataFrame(np.asarray(embedding, dtype=np.float64)).rename_axis(
        columns="dimension"
    )
    first, second = _unit(dimensions), _unit(profiles.astype(np.float64))
    values = first.to_numpy().T @ second.to_numpy()
    return pd.DataFrame(values, index=first.columns, columns=second.columns)


def _unit(table: pd.DataFrame) -> pd.DataFrame:
    """Centre columns and bring them to length 1; those that don't vary leave."""
    centred = table - table.mean()
    length = np.sqrt((centred**2).sum())
    floor = 1e-6 * np.sqrt(len(table))
    return centred.loc[:, length > floor] / length[length > floor]


def _best_sets(embedded: EmbeddedSplit, loadings: pd.DataFrame) -> pd.DataFrame:
    """Score the sets of all collections on the loadings, and keep the best of each dimension."""
    from scipy.stats import false_discovery_control

    usable, _ = usable_collections(embedded.data.resources, loadings.columns, embedded.settings)
    found = {name: pathway_activity(loadings, sets, "ulm") for name, sets in usable.items()}
    scores = pd.concat(found, axis=1, names=["collection", "pathway"])
    p_values = activity_p_values(scores, loadings.shape[1])
    fdr = false_discovery_control(p_values, axis=None).reshape(p_values.shape)
    best = (np.arange(len(scores)), np.abs(scores.to_numpy()).argmax(axis=1))
    return (
        scores.columns[best[1]]
        .to_frame(index=False)
        .assign(
            dimension=scores.index,
            score=scores.to_numpy()[best],
            p_value=p_values[best],
            fdr=fdr[best],
            top_genes=[_top_genes(loadings.loc[dimension]) for dimension in scores.index],
        )
    )


def _top_genes(loadings: pd.Series) -> str:
    """Name the genes that go most with a dimension, with their correlation."""
    strongest = loadings.abs().nlargest(N_TOP_GENES).index
    return ", ".join(f"{gene} {loadings[gene]:+.2f}" for gene in strongest)


QUESTION = Question("dimension_names", evaluate, place=150)
