"""The gene symbols of the synthetic cohort, read from the resource beside this file."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

HEADING = re.compile(r"\[(\w+), (\d+)\]")


@dataclass(frozen=True)
class GeneModule:
    """Genes that are expressed together.

    Parameters
    ----------
    name : str
        Name of the programme, compartment or family.
    level : float
        Typical log2 TPM where the genes are expressed.
    symbols : tuple of str
        Approved HGNC symbols, the best markers first.
    """

    name: str
    level: float
    symbols: tuple[str, ...]


@cache
def gene_modules() -> tuple[GeneModule, ...]:
    """Read every module and family of the resource, in its order.

    Returns
    -------
    tuple of GeneModule
        Programmes, compartments and families; no symbol occurs twice.
    """
    text = files(__package__).joinpath("gene_symbols.txt").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    _, *parts = HEADING.split(lines)
    return tuple(
        GeneModule(name, float(level), tuple(symbols.split()))
        for name, level, symbols in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )


def known_gene_count() -> int:
    """Count the symbols of the resource: the most genes that a synthetic cohort can have.

    Returns
    -------
    int
        Number of different symbols.
    """
    return sum(len(module.symbols) for module in gene_modules())


def select_modules(n_genes: int) -> tuple[GeneModule, ...]:
    """Keep the first genes of each module, so that a small gene set holds all in proportion.

    Parameters
    ----------
    n_genes : int
        Number of genes to keep, between the number of modules and `known_gene_count()`.

    Returns
    -------
    tuple of GeneModule
        The modules in the order of the resource, `n_genes` symbols in all, one at least in each.
    """
    modules = gene_modules()
    sizes = np.array([len(module.symbols) for module in modules])
    share = 1 + (sizes - 1) * (n_genes - len(sizes)) / (sizes.sum() - len(sizes))
    kept = np.floor(share + 1e-9).astype(int)
    kept[np.argsort(kept - share, kind="stable")[: n_genes - kept.sum()]] += 1
    return tuple(
        GeneModule(module.name, module.level, module.symbols[:count])
        for module, count in zip(modules, kept, strict=True)
    )
