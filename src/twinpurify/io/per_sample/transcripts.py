"""Transcripts summed to genes, by a table that says which gene a transcript is of."""

from __future__ import annotations

import pandas as pd

from twinpurify.errors import TableError, listed
from twinpurify.io.per_sample.file_per_sample import Groups

VERSION = r"\.\d+$"
# With fewer, the table is of another annotation, and the sums would be of a part of each gene.
MINIMUM_SHARE = 0.5


def group_transcripts(
    transcripts: pd.Series, pairs: pd.DataFrame, origin: str
) -> tuple[Groups, list[str]]:
    """Find the gene of each transcript, since everything here is about genes.

    Parameters
    ----------
    transcripts : Series of str
        Identifiers as the quantification has them; those of GENCODE's FASTA files
        (``ENST…|ENSG…|…``) are cut at the first bar.
    pairs : DataFrame
        Columns ``from``, transcripts, and ``to``, genes. Versions (``.7``) are left out on both
        sides where more transcripts meet without them.
    origin : str
        Where the pairs come from, for messages.

    Returns
    -------
    Groups
        Sums per gene. A transcript without a gene, or of several, is in none.
    list of str
        Notes: what was summed, and which transcripts weren't.

    Raises
    ------
    TableError
        More than half of the transcripts have no gene.
    """
    notes: list[str] = []
    names = transcripts.str.partition("|")[0]
    bare = names.str.replace(VERSION, "", regex=True)
    bare_pairs = pairs.assign(**{"from": pairs["from"].str.replace(VERSION, "", regex=True)})
    if bare.isin(bare_pairs["from"]).sum() > names.isin(pairs["from"]).sum():
        names, pairs = bare, bare_pairs
        notes.append(f"versions of transcripts were left out to meet those of {origin}")
    pairs = pairs.drop_duplicates()
    ambiguous = pairs["from"].duplicated(keep=False)
    gene_of = pairs[~ambiguous].set_index("from")["to"]
    genes = names.map(gene_of)
    lost = genes.isna()
    if lost.mean() > MINIMUM_SHARE:
        raise TableError(
            f"{int(lost.sum())} of the {len(names)} transcripts have no gene in {origin}: "
            f"{listed(names[lost])}; there are {listed(gene_of.index)}. Set expression.transcripts "
            "to the table of the annotation that was quantified, and its from_column to the "
            "column of the transcripts."
        )
    codes, found = pd.factorize(genes)
    notes.append(f"{int((~lost).sum())} transcripts are summed to {len(found)} genes by {origin}")
    several = lost & names.isin(pairs["from"][ambiguous])
    for what, which in {"no gene": lost & ~several, "several genes": several}.items():
        if which.any():
            notes.append(
                f"transcripts with {what} in {origin} were left out: {listed(names[which])}"
            )
    return Groups(pd.Index(found, dtype=object), codes), notes
