"""The notebooks run from top to bottom, and are stored without outputs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((PROJECT_ROOT / "notebooks").glob("*.ipynb"))


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run all cells in a kernel of this environment, with this checkout of the library."""
    paths = [str(PROJECT_ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    return client.execute(cwd=str(folder), env=environment)


def stored_outputs(notebook: nbformat.NotebookNode) -> list[int]:
    """Positions of the code cells that hold outputs or execution counts."""
    return [
        place
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None)
    ]


def printed(notebook: nbformat.NotebookNode) -> str:
    """All text that the cells put out."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [output.get("text", output.get("data", {}).get("text/plain", "")) for output in outputs]
    return "\n".join(texts)


def test_there_is_a_notebook():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert stored_outputs(notebook) == []
    text = printed(execute(notebook, tmp_path))
    assert "largest difference after loading: 0.0" in text
    assert not list(tmp_path.iterdir()), "a notebook leaves no files behind"


def test_outputs_are_noticed():
    cell = nbformat.v4.new_code_cell("1", execution_count=1)
    assert stored_outputs(nbformat.v4.new_notebook(cells=[cell])) == [0]


def test_a_failing_cell_fails(tmp_path):
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(broken, tmp_path)
