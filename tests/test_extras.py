"""The library without what only some uses need, and what is said where that is missing."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from twinpurify.errors import MissingExtraError, TwinPurifyError
from twinpurify.extras import EXTRA_OF, missing_extra, naming_extras, require

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Where a distribution isn't called as what it brings.
DISTRIBUTIONS = {"sklearn": "scikit-learn", "yaml": "pyyaml"}
# Of dask[distributed].
DISTRIBUTIONS |= {"distributed": "dask"}
# Nothing else imports them, and what does is of the same extra.
WITHIN_EXTRAS = {"sqlalchemy": "pipeline", "packaging": "pipeline", "cloudpickle": "cluster"}


def names(requirements):
    return {re.sub(r"[-_.]+", "-", Requirement(text).name).lower() for text in requirements}


def distribution(module):
    return DISTRIBUTIONS.get(module, module.replace("_", "-")).lower()


def imported():
    """Packages of others that the source imports."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"twinpurify"}


def test_what_is_imported_is_declared_by_the_library_or_by_its_extra():
    base, extras = names(PROJECT["dependencies"]), PROJECT["optional-dependencies"]
    known = EXTRA_OF | WITHIN_EXTRAS
    for module in sorted(imported()):
        if distribution(module) in base:
            assert module not in EXTRA_OF, f"{module} comes with the library"
        else:
            assert module in known, f"{module} is declared nowhere"
            assert distribution(module) in names(extras[known[module]]), module


def test_all_holds_every_extra_of_a_user():
    def whole(extra):
        for text in PROJECT["optional-dependencies"][extra]:
            requirement = Requirement(text)
            if requirement.name == "twinpurify":
                yield from requirement.extras
                for inner in requirement.extras:
                    yield from whole(inner)

    assert set(whole("all")) == set(PROJECT["optional-dependencies"]) - {
        *("all", "dev", "docs", "results")
    }
    assert "all" in set(whole("dev"))


def test_the_error_names_the_extra():
    with pytest.raises(MissingExtraError, match=r'networks: pip install "twinpurify\[networks\]"'):
        raise missing_extra(ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn"))
    assert issubclass(MissingExtraError, TwinPurifyError)
    assert missing_extra(ModuleNotFoundError("No module named 'x'", name="x")) is None
    assert missing_extra(ValueError("another")) is None


def test_another_missing_package_stays_what_it_is():
    with pytest.raises(ModuleNotFoundError, match="nowhere"), naming_extras():
        import nowhere  # noqa: F401


def test_a_package_can_be_asked_for(monkeypatch):
    require("torch")
    monkeypatch.setitem(EXTRA_OF, "nowhere", "networks")
    with pytest.raises(MissingExtraError, match=r"needs nowhere, .* extra networks"):
        require("nowhere")


# In place of an environment of its own, which takes minutes: what the extras bring isn't found.
BARE = """
import sys
from importlib.machinery import PathFinder
from twinpurify.extras import EXTRA_OF

class Hiding(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] not in EXTRA_OF:
            return PathFinder.find_spec(name, path, target)

sys.meta_path = [Hiding if finder is PathFinder else finder for finder in sys.meta_path]
"""


PROFILES = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
profiles = pd.DataFrame(rng.uniform(0, 10, (40, 80))).add_prefix("G")
tumours, normals = profiles[:30], profiles[30:]
"""
FIT = """
import tempfile
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.registry import create_method, load_method
model = TwinPurify(seed=1, n_views=2).fit(tumours, background=normals)
with tempfile.TemporaryDirectory() as folder:
    model.save(folder)
    model = load_method(folder)
assert model.transform(tumours).shape == (30, 15)
assert model.purify(tumours).shape == (30, 80)
"""
# What needs an extra, and which.
CASES = {
    "create_method('scarf').fit(tumours)": "networks",
    "create_method('pca').fit(tumours).as_module()": "networks",
    "from twinpurify.fine_tuning.classifier import FineTunedClassifier\n"
    "FineTunedClassifier().fit(tumours, ['a', 'b', 'c'] * 10)": "networks",
    "from twinpurify.plots import theme": "report",
    "from twinpurify.report import page": "report",
    "from twinpurify.serving.loading import load_model\n"
    "load_model('models:/twinpurify@champion')": "pipeline",
    "from twinpurify.evaluation.questions.pathways.pathway_activity import pathway_activity\n"
    "pathway_activity(tumours, tumours, 'ulm')": "pathways",
    "from twinpurify.io.gene_sets import read_gene_sets\n"
    "from twinpurify.cohort.declaration.gene_sets import parse_gene_sets\n"
    "from pathlib import Path\n"
    "sets = parse_gene_sets({'hallmark': {'download': True, 'path': 'h.gmt'}})\n"
    "read_gene_sets(sets, Path('nowhere'))": "pathways",
    "from twinpurify.normalization.steps.combat import ComBat\n"
    "ComBat().fit(tumours, batch=pd.Series(['a', 'b'] * 15, index=tumours.index))": "combat",
}
TRY = f"""
import json
told = {{}}
for code in {list(CASES)!r}:
    try:
        exec(code)
    except Exception as error:
        told[code] = [type(error).__name__, str(error)]
print(json.dumps(told))
"""


def bare(code):
    """Run code in a process that has nothing of any extra."""
    return subprocess.run(
        [sys.executable, "-c", BARE + code], capture_output=True, text=True, check=False
    )


def test_the_library_alone_fits_twinpurify_and_names_the_extra_of_whatever_needs_one():
    done = bare(PROFILES + FIT + TRY)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told.keys() == CASES.keys()
    for code, (kind, message) in told.items():
        assert kind == "MissingExtraError", code
        assert f'pip install "twinpurify[{CASES[code]}]"' in message, code


@pytest.mark.parametrize(
    ("name", "extra"), [("demo", "pipeline"), ("viz", "viz"), ("mlflow", "pipeline")]
)
def test_a_command_that_needs_an_extra_names_it(name, extra, tmp_path):
    arguments = [name, "--project", str(tmp_path)]
    done = bare(f"from twinpurify.command.main import main\nmain({arguments!r})")
    assert done.returncode == 1
    assert f'pip install "twinpurify[{extra}]"' in done.stderr
    assert "Traceback" not in done.stderr
