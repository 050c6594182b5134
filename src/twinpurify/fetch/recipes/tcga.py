"""What the recipes of TCGA share: its projects, and what the barcodes tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from twinpurify.cohort.checks import MINIMUM_NORMALS
from twinpurify.cohort.sheet.barcodes import SAMPLE_TYPES
from twinpurify.fetch.definitions.draft import comments

PROJECTS = [
    "ACC",
    "BLCA",
    "BRCA",
    "CESC",
    "CHOL",
    "COAD",
    "DLBC",
    "ESCA",
    "GBM",
    "HNSC",
    "KICH",
    "KIRC",
    "KIRP",
    "LAML",
    "LGG",
    "LIHC",
    "LUAD",
    "LUSC",
    "MESO",
    "OV",
    "PAAD",
    "PCPG",
    "PRAD",
    "READ",
    "SARC",
    "SKCM",
    "STAD",
    "TGCT",
    "THCA",
    "THYM",
    "UCEC",
    "UCS",
    "UVM",
]
MARKERS = {"BRCA": "markers: {tumour: [COL10A1], normal: [ADIPOQ]}"}
SAMPLE_TYPE = slice(13, 15)


def tissue_lines(barcodes: Iterable[str], project: str) -> list[str]:
    """Write whether a project has the normals that training needs.

    Parameters
    ----------
    barcodes : iterable of str
        Of the samples that have a profile.
    project : str
        For example ``BRCA``.

    Returns
    -------
    list of str
        Lines of a definition.
    """
    types = Counter(barcode[SAMPLE_TYPE] for barcode in barcodes)
    named = [
        f"{SAMPLE_TYPES[code][0] if code in SAMPLE_TYPES else code} ({count})"
        for code, count in sorted(types.items())
    ]
    normals = sum(
        count for code, count in types.items() if SAMPLE_TYPES.get(code, ("", ""))[1] == "normal"
    )
    enough = normals >= MINIMUM_NORMALS
    lines = comments([f"Patient and tissue are read from the barcodes: {', '.join(named)}."])
    if not enough:
        lines += comments(["Too few adjacent normals to train with: transfer to it, or score it."])
    lines.append(f"require_normals: {str(enough).lower()}")
    return [*lines, *([MARKERS[project]] if project in MARKERS else [])]
