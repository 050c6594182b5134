"""The addresses of the public sources, each of which can be set to a mirror."""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit

from twinpurify.errors import ConfigurationError

# In the order in which they are tried.
ADDRESSES = {
    "xena": (
        "https://tcga.xenahubs.net/download",
        "https://tcga-xena-hub.s3.us-east-1.amazonaws.com/download",
    ),
    "gdc": ("https://api.gdc.cancer.gov",),
    "cbioportal": (
        "https://datahub.assets.cbioportal.org",
        "https://cbioportal-datahub.s3.amazonaws.com",
    ),
    "geo": ("https://ftp.ncbi.nlm.nih.gov/geo",),
    "hgnc": ("https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv",),
}


def base_urls(source: str, given: str | None = None) -> tuple[str, ...]:
    """Return the addresses of a source: the one given, that of the environment, or the public ones.

    Parameters
    ----------
    source : str
        A key of `ADDRESSES`.
    given : str, optional
        Address of a mirror.

    Returns
    -------
    tuple of str
        Without a slash at the end.

    Raises
    ------
    ConfigurationError
        The address is no http or https address.
    """
    variable = f"TWINPURIFY_{source.upper()}_URL"
    url = given or os.environ.get(variable)
    if not url:
        return ADDRESSES[source]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError(
            f"{url!r} is no address of a source: it should begin with http:// or https://. Correct "
            f"--base-url or the environment variable {variable}."
        )
    return (url.rstrip("/"),)


def addresses(bases: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Put a path behind each base.

    Parameters
    ----------
    bases : tuple of str
        From `base_urls`.
    path : str
        Path of a file at the source.

    Returns
    -------
    tuple of str
        Addresses. Keys of S3 have their slashes quoted, as in the links of the Xena hub.
    """
    return tuple(f"{base}/{quote(path, safe='' if '.s3.' in base else '/')}" for base in bases)
