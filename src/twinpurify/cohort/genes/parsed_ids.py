"""The kinds of gene identifiers, told by how they are written."""

from __future__ import annotations

import re

import pandas as pd

from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import ConfigurationError, listed

# What an id is that fits none of these is a symbol.
PATTERNS = {
    "ensembl": r"ENS(?:[A-Z]{3,4})?GR?\d{10,11}(?:\.\d+)?(?:_PAR_Y|_at)?",
    "transcript": r"ENS(?:[A-Z]{3,4})?T\d{11}(?:\.\d+)?(?:_PAR_Y)?|[NX][MR]_\d+(?:\.\d+)?",
    "entrez": r"\d+(?:\.0)?",
    "probe": r".+_at|ILMN_\d+|A_\d{2}_P\d+|GI_\d+-[A-Z]|TC\w+\.hg\.\d+",
}
KIND = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items()))
# The part of an identifier that tables of genes list.
KEPT = {
    "ensembl": re.compile(r"[A-Z]+\d+"),
    "transcript": re.compile(r"[A-Z_]+\d+"),
    "entrez": re.compile(r"\d+"),
    "symbol": re.compile(r"[^|]+(?=\|\d+$)|.*", re.DOTALL),
}
WORDS = {
    "ensembl": "Ensembl ids of genes",
    "transcript": "ids of transcripts",
    "entrez": "Entrez ids",
    "probe": "probes of an array",
    "symbol": "gene symbols",
}
# Probes are named as their maker likes; a number may be a probe of Affymetrix, too.
ALLOWED = {
    "ensembl": {"ensembl", "transcript"},
    "entrez": {"entrez"},
    "symbol": {"symbol"},
    "probe": {"probe", "entrez", "symbol", "transcript"},
}
# Below this share of one kind the identifiers are called a mixture.
PURE_SHARE = 0.9
# A declared kind of which less than this share is found is a wrong declaration.
DECLARED_SHARE = 0.5
# Of so many identifiers the species is told. Symbols of mouse and rat are written Tp53.
LOOKED_AT = 1000
OTHER_SPECIES = r"ENS[A-Z]{3,4}[GT]\d{11}.*|[A-Z][a-z]+[a-z0-9-]*|\d+[A-Z]\d+Rik"
PAR_Y = re.compile(r"ENSG\d{11}(?:\.\d+)?_PAR_Y|ENSGR\d{10}(?:\.\d+)?(?:_PAR_Y)?")


def parse_ids(ids: pd.Series) -> pd.DataFrame:
    """Tell of each identifier what it is, and reduce it to what tables of genes list.

    Parameters
    ----------
    ids : Series of str
        Identifiers of genes, as the source has them.

    Returns
    -------
    DataFrame
        With the index of `ids`. `kind`: ``ensembl``, ``transcript``, ``entrez``, ``probe`` or
        ``symbol``. `bare`: without the version and ``_PAR_Y`` of Ensembl ids (``ENSGR0…`` is
        ``ENSG00…``), the ``.0`` of numbers, and the ``|1234`` that some RNA-seq pipelines put
        behind symbols. `on_y`: True for ``ENSG….12_PAR_Y`` and ``ENSGR0…``, the copies on Y of
        genes that X and Y share.
    """
    rows = [_parse(name) for name in ids]
    table = pd.DataFrame(rows, index=ids.index, columns=["kind", "bare", "on_y"], dtype=object)
    return table.astype({"on_y": bool})


def _parse(name: str) -> tuple[str, str, bool]:
    match = KIND.fullmatch(name)
    kind = match.lastgroup if match else "symbol"
    bare = KEPT[kind].match(name)[0] if kind in KEPT else name
    if bare.startswith("ENSGR"):
        bare = f"ENSG0{bare[5:]}"
    return kind, bare, PAR_Y.fullmatch(name) is not None


def tell_kind(ids: pd.Series, kinds: pd.Series, declared: str) -> Told[str]:
    """Tell what the identifiers are: the declared kind, or the most frequent one for ``auto``.

    How many are of it is noted; a mixture, and another species than man, is a warning.

    Parameters
    ----------
    ids, kinds : Series of str
        Identifiers, and what each is.
    declared : str
        ``genes.id_type``.

    Raises
    ------
    ConfigurationError
        Fewer than half of the identifiers can be of the declared kind.
    """
    notes, shares = Notes(), kinds.value_counts()
    likely = str(shares.index[0])
    kind = likely if declared == "auto" else declared
    fits = kinds.isin(ALLOWED.get(kind, {kind}))
    if fits.mean() < DECLARED_SHARE and declared != "auto":
        raise ConfigurationError(
            f"genes.id_type is {declared}, but {int((~fits).sum())} of the {len(ids)} identifiers "
            f"are something else, most likely {WORDS[likely]}: {listed(ids[~fits])}. Set "
            f"genes.id_type to {'auto' if likely == 'transcript' else likely}."
        )
    told = "detected" if declared == "auto" else "declared"
    share = f"{int(fits.sum())} of {len(ids)} ({fits.mean():.1%})"
    notes.add("gene_ids", f"{told} as {WORDS[kind]}: {share}", list(ids[fits]))
    if fits.mean() < PURE_SHARE:
        found = ", ".join(f"{count} {WORDS[name]}" for name, count in shares.items())
        notes.warn(
            f"The genes are named by a mixture of identifiers ({found}); those that aren't "
            f"{WORDS[kind]} are, for example, {listed(ids[~fits])}."
        )
    looked_at = ids.iloc[:: len(ids) // LOOKED_AT + 1]
    foreign = looked_at[looked_at.str.fullmatch(OTHER_SPECIES)]
    if len(foreign) > DECLARED_SHARE * len(looked_at):
        notes.warn(
            "The genes are named like those of another species than man, often mouse: "
            f"{listed(foreign)}, among {len(looked_at)} looked at. They won't meet human genes; "
            "translate them to human orthologues before."
        )
    return kind, notes
