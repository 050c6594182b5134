"""Fixtures that more than one test module needs."""

import os
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real cohorts, or a skip that says where they were looked for."""
    folder = Path(os.environ.get("TWINPURIFY_TEST_DATA", PROJECT_ROOT.parent / "shared" / "data"))
    if not (folder / "tcga_brca").is_dir():
        pytest.skip(f"no real cohorts in {folder} (set TWINPURIFY_TEST_DATA)")
    return folder
