"""What the synthetic cohort takes for biology: programmes, compartments, and where genes are on."""

from dataclasses import dataclass

import numpy as np

from twinpurify.cohort.simulation.gene_symbols import GeneModule

SUBTYPES = ("LumA", "LumB", "Her2", "Basal")
SUBTYPE_SHARES = (0.48, 0.22, 0.10, 0.20)

# Spread of a programme score within a subtype: the luminal subtypes overlap, as in patients.
SCORE_SD = 0.65
# Mean score of each tumour programme in LumA, LumB, Her2 and Basal tumours.
PROGRAMME_MEANS = {
    "oestrogen_response": (0.8, 0.4, -0.9, -1.8),
    "luminal_identity": (0.5, 0.5, 0.2, -1.7),
    "proliferation": (-0.9, 0.7, 0.7, 1.3),
    "her2_amplicon": (-0.3, 0.0, 2.4, -0.4),
    "apocrine_secretion": (0.0, -0.1, 1.3, -0.5),
    "basal_keratins": (-0.2, -0.6, -0.2, 2.0),
    "interferon": (0.0, 0.0, 0.1, 0.2),
    "antigen_presentation": (0.0, 0.0, 0.1, 0.2),
    "hypoxia": (-0.3, 0.0, 0.2, 0.6),
    "oxidative_phosphorylation": (0.0, 0.2, 0.1, -0.2),
    "translation": (0.2, 0.0, -0.1, -0.1),
    "lipid_metabolism": (0.0, 0.1, 0.4, -0.2),
    "stress_response": (0.3, -0.2, 0.0, 0.0),
    "chromosome_8q_gain": (-0.2, 0.4, 0.1, 0.3),
    "chromosome_11q_gain": (-0.1, 0.5, 0.0, -0.2),
    "invasive_dedifferentiation": (0.0, -0.2, 0.0, 0.3),
}
# A programme that partly follows another one: (which one, correlation within a subtype).
FOLLOWS = {
    "luminal_identity": ("oestrogen_response", 0.6),
    "antigen_presentation": ("interferon", 0.6),
    "lipid_metabolism": ("apocrine_secretion", 0.3),
    "hypoxia": ("proliferation", 0.3),
}
# The programme on which survival depends: a weighted sum of scores.
RISK_WEIGHTS = {"proliferation": 0.6, "hypoxia": 0.6, "invasive_dedifferentiation": 0.4}

# Compartments of the infiltrate with the concentration of their Dirichlet composition.
RESIDENT = {
    "adipose": 1.8,
    "resident_stroma": 1.2,
    "resting_vessels": 0.5,
    "luminal_epithelium": 1.0,
    "myoepithelium": 0.5,
}
IMMUNE = {"t_cell": 3.0, "b_cell_and_plasma": 1.5, "myeloid": 4.0}
STROMA = {"activated_stroma": 4.0, "angiogenic_vessels": 1.0}
COMPARTMENTS = (*RESIDENT, *IMMUNE, *STROMA)
# Dirichlet concentration of resident tissue, immune cells and activated stroma by subtype.
INFILTRATE = {
    "LumA": (3.0, 1.8, 3.2),
    "LumB": (2.8, 2.0, 3.0),
    "Her2": (2.3, 3.0, 2.7),
    "Basal": (1.8, 4.2, 2.0),
}
LINEAGES = {
    "epithelial": ("tumour", "luminal_epithelium", "myoepithelium"),
    "mesenchymal": ("adipose", "resident_stroma", "resting_vessels", *STROMA),
    "immune": tuple(IMMUNE),
}

# Change of log2 expression of the best marker of a programme per unit of the score.
LOADING_RANGE = (1.5, 3.0)
# Programmes whose genes are on in every cell vary less.
LOADING_FACTORS = {"translation": 0.3, "oxidative_phosphorylation": 0.5}
# log2 difference to the level of the module, where it isn't the default below.
PROGRAMME_ELSEWHERE = -1.5
MARKER_ELSEWHERE = -8.0
CROSS_EXPRESSION = {
    "oestrogen_response": {"luminal_epithelium": -0.5, **dict.fromkeys(IMMUNE, -4.0)},
    "luminal_identity": {"luminal_epithelium": 0.0, **dict.fromkeys(IMMUNE, -4.0)},
    "proliferation": {**dict.fromkeys(COMPARTMENTS, -4.0), "t_cell": -2.0},
    "basal_keratins": {"myoepithelium": 1.5, "luminal_epithelium": -1.0, "adipose": -4.0},
    "apocrine_secretion": {"luminal_epithelium": 0.0},
    "interferon": dict.fromkeys(IMMUNE, 0.3),
    "antigen_presentation": {"myeloid": 3.0, "b_cell_and_plasma": 2.0, "t_cell": 0.5},
    "oxidative_phosphorylation": dict.fromkeys(COMPARTMENTS, -0.7),
    "translation": {**dict.fromkeys(COMPARTMENTS, -0.3), "b_cell_and_plasma": 0.5},
    "lipid_metabolism": {"adipose": 1.0},
    "stress_response": dict.fromkeys(RESIDENT, 0.5),
    "invasive_dedifferentiation": {"activated_stroma": 1.5, "angiogenic_vessels": 0.5},
    "activated_stroma": {"tumour": -5.0, "resident_stroma": -3.0, "angiogenic_vessels": -2.5},
    "angiogenic_vessels": {"resting_vessels": -1.5},
    "resident_stroma": {"activated_stroma": -1.5, "adipose": -2.0},
    "resting_vessels": {"angiogenic_vessels": -1.5},
    "luminal_epithelium": {"tumour": -1.0, "myoepithelium": -2.0},
    "myoepithelium": {"luminal_epithelium": -2.5},
}


@dataclass(frozen=True)
class GeneLevels:
    """Where each gene is expressed, in log2 TPM.

    Parameters
    ----------
    genes : ndarray of str, shape (n_genes,)
        Gene symbols, sorted.
    tumour : ndarray, shape (n_genes,)
        Level in a tumour cell whose programme scores are all 0.
    compartments : ndarray, shape (n_compartments, n_genes)
        Level in each compartment of the infiltrate.
    loading : ndarray, shape (n_genes,)
        Change of the tumour level per unit of the score of the gene's programme.
    programme : ndarray of int, shape (n_genes,)
        Index of the gene's programme, or -1.
    """

    genes: np.ndarray
    tumour: np.ndarray
    compartments: np.ndarray
    loading: np.ndarray
    programme: np.ndarray


def draw_gene_levels(modules: tuple[GeneModule, ...], rng: np.random.Generator) -> GeneLevels:
    """Draw the level of every gene in tumour cells and in each compartment; genes are sorted.

    Parameters
    ----------
    modules : tuple of GeneModule
        The genes, by module.
    rng : numpy.random.Generator
        Source of the random numbers.
    """
    genes = np.array([symbol for module in modules for symbol in module.symbols])
    programmes = list(PROGRAMME_MEANS)
    sizes = [len(module.symbols) for module in modules]
    index = [programmes.index(m.name) if m.name in programmes else -1 for m in modules]
    programme = np.repeat(index, sizes)
    spread = np.repeat([_level_spread(module.name) for module in modules], sizes)
    level = np.repeat([module.level for module in modules], sizes)
    level = level + spread * rng.standard_normal(len(genes))
    offsets = np.repeat([_module_offsets(m.name) for m in modules], sizes, axis=0).T
    offsets = offsets * rng.uniform(0.7, 1.3, offsets.shape)
    levels = np.clip(level + offsets + _lineage_deviations(len(genes), rng), -5.0, 12.0)
    rank = np.concatenate([np.arange(size) / size for size in sizes])
    factor = [LOADING_FACTORS.get(m.name, float(m.name in PROGRAMME_MEANS)) for m in modules]
    loading = np.repeat(factor, sizes) * (1.0 - 0.6 * rank)
    loading *= rng.uniform(*LOADING_RANGE, len(genes))
    order = np.argsort(genes)
    return GeneLevels(
        genes[order], levels[0, order], levels[1:, order], loading[order], programme[order]
    )


def _level_spread(name: str) -> float:
    """Spread of the levels within a module; families mix weak and strong genes."""
    return 1.2 if name in PROGRAMME_MEANS or name in COMPARTMENTS else 1.8


def _module_offsets(name: str) -> list[float]:
    """List the log2 offset of a module in the tumour and in each compartment."""
    places = ("tumour", *COMPARTMENTS)
    if name in PROGRAMME_MEANS:
        default = dict.fromkeys(places, PROGRAMME_ELSEWHERE) | {"tumour": 0.0}
    elif name in COMPARTMENTS:
        default = dict.fromkeys(places, MARKER_ELSEWHERE) | {name: 0.0}
    else:
        default = dict.fromkeys(places, 0.0)
    return list((default | CROSS_EXPRESSION.get(name, {})).values())


def _lineage_deviations(n_genes: int, rng: np.random.Generator) -> np.ndarray:
    """Draw how each place departs from the level of a gene, alike within a lineage."""
    places = ("tumour", *COMPARTMENTS)
    shared = {place: row for row, line in enumerate(LINEAGES.values()) for place in line}
    lineage = rng.normal(0.0, 0.5, (len(LINEAGES), n_genes))
    own = rng.normal(0.0, 0.4, (len(places), n_genes))
    return lineage[[shared[place] for place in places]] + own


def draw_programme_scores(subtypes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the score of every programme in every tumour: (n_tumours, n_programmes).

    Parameters
    ----------
    subtypes : ndarray of int, shape (n_tumours,)
        Index into `SUBTYPES`.
    rng : numpy.random.Generator
        Source of the random numbers.
    """
    names = list(PROGRAMME_MEANS)
    spread = rng.standard_normal((len(subtypes), len(names)))
    for name, (leader, correlation) in FOLLOWS.items():
        own = np.sqrt(1.0 - correlation**2) * spread[:, names.index(name)]
        spread[:, names.index(name)] = correlation * spread[:, names.index(leader)] + own
    return np.array(list(PROGRAMME_MEANS.values())).T[subtypes] + SCORE_SD * spread


def risk_programme(scores: np.ndarray) -> np.ndarray:
    """Combine programme scores into the one on which survival depends, standardised over tumours.

    Parameters
    ----------
    scores : ndarray, shape (n_tumours, n_programmes)
        Scores as `draw_programme_scores` returns them.
    """
    weights = np.array([RISK_WEIGHTS.get(name, 0.0) for name in PROGRAMME_MEANS])
    risk = (scores * weights).sum(axis=1)
    return (risk - risk.mean()) / risk.std()
