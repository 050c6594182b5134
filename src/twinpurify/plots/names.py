"""What methods, tasks and metrics are called in figures and on the page."""

from collections.abc import Iterable
from html import escape
from textwrap import wrap

import numpy as np

METHODS = {
    "twinpurify": "TwinPurify",
    "raw": "Raw expression",
    "pca": "PCA",
    "ica": "ICA",
    "nmf": "NMF",
    "mean_subtraction": "Mean normal subtracted",
    "subspace_removal": "Normal subspace removed",
    "contrastive_pca": "Contrastive PCA",
    "linear_twin": "Linear twin",
    "two_component": "Two components",
    "autoencoder": "Auto-encoder",
    "vae": "Variational auto-encoder",
    "contrastive_vae": "Contrastive VAE",
    "barlow_generic": "Generic Barlow Twins",
    "twin_network": "Twin network",
    "scarf": "SCARF",
    "vime": "VIME",
    "byol": "BYOL",
    "masked_transformer": "Masked transformer",
    "untrained": "Untrained encoder",
    "scratch": "Encoder from scratch",
    "principal_components": "Factor model",
    "low_rank": "softImpute",
    "nearest_neighbours": "Nearest neighbours",
    "iterative": "Chained regressions",
    "mean": "Training mean",
    "support_vectors": "Support vectors",
    "panel_network": "Network on the panel",
    "true_anchors": "True anchors",
    "observed_best": "Best observed genes",
    "observed_all": "All observed genes",
}
TASKS = {
    "subtype": "Subtype",
    "subtype_without_label_genes": "Subtype without its own genes",
    "grade": "Grade",
    "grade_without_label_genes": "Grade without proliferation genes",
    "purity_stratified": "Subtype, pure to impure tumours",
    "retrieval": "Finding its own tumour",
    "retrieval_random": "Finding its own tumour, random fraction",
    "true_neighbours": "True neighbours kept",
    "survival": "Survival",
    "survival_increment": "Survival, beyond age and stage",
    "purity_left": "Purity left in the embedding",
    "purity_estimate": "Purity estimate",
    "purified_profile": "Purified profile",
    "pathway_purity": "Purity left in the pathways",
    "pathway_contrast": "Known difference of pathways",
    "pathway_agreement": "Pathways differ as in the training cohort",
    "immune_left": "Immune and stromal signal kept",
    "control_permuted": "Control: permuted labels",
    "control_random": "Control: random embedding",
    "control_normals": "Control: normals stay normal",
    "stability": "Stability over seeds",
}
DETAILS = {
    "foreign": "unseen background",
    "diluted": "of diluted tumours",
    "truth": "truth",
    "fraction": "mixing fraction",
    "absolute": "ABSOLUTE",
    "cpe": "CPE",
    "lump": "LUMP",
    "hallmark": "Hallmark",
    "progeny": "PROGENy",
    "oestrogen": "oestrogen receptor",
    "her2": "HER2",
    "leukocyte": "leukocyte fraction",
    "estimate_immune": "ESTIMATE immune score",
    "estimate_stromal": "ESTIMATE stromal score",
    "mcp_t_cells": "T cells",
    "mcp_b_lineage": "B cells",
    "mcp_endothelial_cells": "endothelial cells",
    "mcp_neutrophils": "neutrophils",
    "mcp_fibroblasts": "fibroblasts",
    "mcp_monocytic_lineage": "monocytes",
    "mcp_myeloid_dendritic_cells": "dendritic cells",
    "mcp_cytotoxic_lymphocytes": "cytotoxic lymphocytes",
    "mcp_nk_cells": "NK cells",
    "os": "overall",
    "dss": "disease-specific",
    "dfi": "disease-free",
    "pfi": "progression-free",
    "rfs": "relapse-free",
}
METRICS = {
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "brier": "Brier score",
    "calibration_error": "calibration error",
    "top1_cosine": "top-1 retrieval, cosine",
    "top1_euclidean": "top-1 retrieval, Euclidean",
    "overlap10": "overlap of the 10 nearest",
    "c_index": "concordance index",
    "jaccard10": "10 nearest in common",
    "sd_subtype": "SD of the subtype",
    "sd_retrieval": "SD of the retrieval",
    "c_uno": "Uno’s concordance",
    "delta_c_index": "gain of concordance",
    "integrated_brier": "integrated Brier score",
    "brier_skill": "skill over Kaplan–Meier",
    "r2_linear": "R², linear",
    "r2_rbf": "R², RBF",
    "spearman": "Spearman correlation",
    "level_error": "error of the level",
    "mean_abs_spearman": "mean |Spearman correlation|",
    "hedges_g": "effect size, Hedges' g",
    "rmse": "error, log2",
    "rmse_removed": "error removed",
    "gene_correlation": "correlation by gene",
    "relative_rmse": "error over the gene’s SD",
}

ACCOUNTS = {
    "attention": "attention",
    "integrated_gradients": "integrated gradients",
    "permutation": "permutation",
}


def method_name(method: str) -> str:
    """Return the readable name of a method; an unknown one keeps its own, without underscores."""
    return METHODS.get(method, _spaced(method))


def metric_name(metric: str) -> str:
    """Return the readable name of a metric; an unknown one keeps its own, without underscores."""
    if metric.startswith("auc_"):
        years = metric.removeprefix("auc_").removesuffix("y")
        return f"AUC at {years} year{'' if years == '1' else 's'}"
    return METRICS.get(metric, _spaced(metric))


def task_name(task: str) -> str:
    """Return the readable name of a task, its part behind the @ included.

    Parameters
    ----------
    task : str
        For example ``purity_left@absolute_within_subtype`` or ``survival_os``.

    Returns
    -------
    str
        For example ``Purity left in the embedding (ABSOLUTE, within subtype)``.
    """
    base, _, detail = task.partition("@")
    if base.startswith("survival_"):
        endpoint, _, question = base.removeprefix("survival_").partition("_")
        base, detail = "_".join(["survival", question]).strip("_"), endpoint
    name = TASKS.get(base, _spaced(base).capitalize())
    return f"{name} ({_detail_name(detail)})" if detail else name


def _detail_name(detail: str) -> str:
    """Write out what stands behind the @ of a task."""
    if detail.startswith("foreign_"):
        return f"unseen background: {_spaced(detail.removeprefix('foreign_'))}"
    within = detail.endswith("_within_subtype")
    name = detail.removesuffix("_within_subtype")
    name = DETAILS.get(name, _spaced(name).replace("=", " "))
    return f"{name}, within subtype" if within else name


def _spaced(name: str) -> str:
    """Turn an identifier into words."""
    return name.replace("_", " ")


def in_order(methods: Iterable[str]) -> list[str]:
    """Sort methods for a legend: TwinPurify, raw expression, the others; unknown ones last."""
    known = list(METHODS)
    return sorted(
        set(methods),
        key=lambda method: (known.index(method) if method in METHODS else len(known), method),
    )


def number(value: float, signed: bool = False) -> str:
    """Write a score with two decimals and a true minus sign, or a dash where there is none.

    A signed one near zero gets a third, since the end of an interval must not round to zero.
    """
    if not np.isfinite(value):
        return "–"
    decimals = 3 if signed and 0.0005 <= abs(value) < 0.005 else 2
    rounded = round(float(value), decimals) or 0.0
    sign = "+" if signed and rounded > 0 else ""
    return f"{sign}{rounded:.{decimals}f}".replace("-", "−")


def interval(low: float, high: float, signed: bool = False) -> str:
    """Write an interval in words, since a dash between numbers reads as a minus sign."""
    return f"{number(low, signed)} to {number(high, signed)}"


def wrapped(text: str, width: int = 10) -> str:
    """Break a label into lines of about `width` letters, for figures."""
    return "<br>".join(wrap(text, width, break_long_words=False))


def plain(text: object) -> str:
    """Write a user's text so that a figure shows it literally, tags included."""
    return escape(str(text), quote=False)
