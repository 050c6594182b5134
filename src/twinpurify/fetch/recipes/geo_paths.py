"""How GEO names its folders and files."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

MATRIX_ENDING = "_series_matrix.txt.gz"


def series_folder(series: str) -> str:
    """Return the folder of a series below GEO's address.

    Parameters
    ----------
    series : str
        For example ``GSE42568``.

    Returns
    -------
    str
        For example ``series/GSE42nnn/GSE42568``.
    """
    return f"series/{_thousands(series)}/{series}"


def platform_file(platform: str) -> str:
    """Return the annotation file of a platform below GEO's address.

    Parameters
    ----------
    platform : str
        For example ``GPL570``.

    Returns
    -------
    str
        For example ``platforms/GPLnnn/GPL570/annot/GPL570.annot.gz``.
    """
    return f"platforms/{_thousands(platform)}/{platform}/annot/{platform}.annot.gz"


def matrices_in(listing: str, series: str) -> list[str]:
    """Find the series matrices in the web page that lists a folder.

    Parameters
    ----------
    listing : str
        HTML.
    series : str
        For example ``GSE42568``.

    Returns
    -------
    list of str
        Names of files, one a platform.
    """
    links = (unquote(unescape(link)) for link in re.findall(r'href="([^"]+)"', listing))
    names = {link.rstrip("/").rpartition("/")[2] for link in links}
    return sorted(name for name in names if is_matrix(name, series))


def is_matrix(name: str, series: str) -> bool:
    """Tell a series matrix of a series by its name.

    Parameters
    ----------
    name : str
        Name of a file.
    series : str
        For example ``GSE42568``.

    Returns
    -------
    bool
        Also for one platform of several (``GSE96058-GPL11154_series_matrix.txt.gz``).
    """
    return re.fullmatch(rf"{series}(-GPL\d+)?{re.escape(MATRIX_ENDING)}", name) is not None


def _thousands(accession: str) -> str:
    """``GSE42568`` lies in ``GSE42nnn``, ``GSE12`` in ``GSEnnn``."""
    return re.sub(r"\d{1,3}$", "nnn", accession)
