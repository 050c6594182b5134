"""Random panels of genes."""

from collections.abc import Callable, Iterable

import numpy as np

from twinpurify.evaluation.measurement import UnanswerableError


def draw_panels(
    genes: Iterable[str],
    sizes: Iterable[int],
    n_draws: int,
    rng_of: Callable[[str], np.random.Generator],
) -> tuple[dict[int, list[list[str]]], list[str]]:
    """Draw panels without replacement, whatever the order of the genes.

    Parameters
    ----------
    genes : iterable of str
        Of the cohort.
    sizes : iterable of int
    n_draws : int
        Panels of each size.
    rng_of : callable
        Random numbers by purpose.

    Returns
    -------
    dict of int to list of list of str
        Panels by size, each sorted.
    list of str
        A note on each size that the cohort has too few genes for.

    Raises
    ------
    UnanswerableError
        If the cohort has too few genes for all sizes.
    """
    pool = np.array(sorted(genes), dtype=object)
    panels, notes = {}, []
    for size in sorted(sizes):
        if size > len(pool):
            notes.append(f"no panels of {size} genes: the cohort has {len(pool)}")
            continue
        rng = rng_of(f"panels of {size}")
        drawn = (rng.choice(len(pool), size, replace=False) for _ in range(n_draws))
        panels[size] = [pool[np.sort(chosen)].tolist() for chosen in drawn]
    if not panels:
        raise UnanswerableError(f"{'; '.join(notes)} (setting gene_panels.panel_sizes)")
    return panels, notes
