"""Fixtures that more than one test module needs, and what must be set before heavy imports."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# One thread: the matrices are tiny, and waiting for a second one on a busy machine takes longer
# than the sums. Libraries read these as they are imported.
for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
os.environ["DO_NOT_TRACK"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
# Kedro would put its own log handlers in the place of pytest's.
os.environ["KEDRO_LOGGING_CONFIG"] = str(Path(__file__).with_name("logging.yml"))

PROJECT_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real cohorts, or a skip that says where they were looked for."""
    folder = Path(os.environ.get("TWINPURIFY_TEST_DATA", PROJECT_ROOT.parent / "shared" / "data"))
    if not (folder / "tcga_brca").is_dir():
        pytest.skip(f"no real cohorts in {folder} (set TWINPURIFY_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def migrated_store(tmp_path_factory) -> Path:
    """An empty sqlite store with all its tables, which take MLflow seconds to make."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    folder = tmp_path_factory.mktemp("migrated")
    SqlAlchemyStore(f"sqlite:///{folder / 'mlflow.db'}", (folder / "artifacts").as_uri())
    return folder / "mlflow.db"


@pytest.fixture
def add_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], None]]:
    """Write a file into the package of questions; after the test it is forgotten."""
    from twinpurify.evaluation import questions as package
    from twinpurify.evaluation.declaration import registry

    before = set(sys.modules)

    def add(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        registry.forget()

    yield add
    monkeypatch.undo()
    registry.forget()
    for name in {name for name in sys.modules if name.startswith(package.__name__)} - before:
        if str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]
