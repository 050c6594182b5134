"""What would become of a cohort's files, without a fit."""

import json
import subprocess
import sys

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from tests.integration.small_cohort import GENES, N_NORMALS, N_TUMOURS, SETTINGS, write_good
from twinpurify.command.main import main


@pytest.fixture
def mine(tmp_path):
    path = write_good(tmp_path) / "mine.yml"
    path.write_text(yaml.safe_dump({"mine": SETTINGS}), encoding="utf-8")
    return path


def check(path, *options):
    return CliRunner().invoke(main, ["check", str(path), "--raw", str(path.parent), *options])


def without_rows(path, number):
    """Take rows out of the sheet."""
    sheet = pd.read_csv(path.parent / "sheet.csv", dtype=str).iloc[number:]
    sheet.to_csv(path.parent / "sheet.csv", index=False)


def test_what_is_in_it(mine):
    found = json.loads(check(mine, "--json").stdout)
    assert found["cohort"] == "mine"
    assert found["unit"] == "log2(TPM + 1)"
    assert found["read"] == {"samples": N_TUMOURS + N_NORMALS, "genes": len(GENES)}
    assert found["kept"] == {
        "tumours": N_TUMOURS,
        "normals": N_NORMALS,
        "patients": N_TUMOURS,
        "genes": len(GENES),
    }
    assert found["labels"]["subtype"] == {"LumA": 6, "LumB": 6, "Basal": 5, "Her2": 5}
    assert found["purity"] == {"cpe": 15}
    assert found["survival"] == {"os": {"tumours": N_TUMOURS, "events": 11}}
    assert found["dropped"] == []


def test_what_is_dropped_and_why(mine):
    without_rows(mine, 1)
    (step,) = json.loads(check(mine, "--json").stdout)["dropped"]
    assert step["dropped"] == 1
    assert step["reason"] == "profiles without a row in the sample sheet"
    assert step["examples"] == ["TCGA-A1-A000-01A"]


def test_the_text_says_the_same(mine):
    without_rows(mine, 1)
    text = check(mine).stdout
    assert text.startswith("mine: A small cohort\n")
    assert "log2(TPM + 1)" in text
    assert f"{N_TUMOURS - 1} tumours and {N_NORMALS} adjacent normals" in text
    assert "1 profiles without a row in the sample sheet: TCGA-A1-A000-01A" in text
    assert "survival os" in text
    assert "Warnings:" in text


def test_nothing_is_written(mine):
    before = sorted(mine.parent.rglob("*"))
    check(mine, "--project", str(mine.parent))
    assert sorted(mine.parent.rglob("*")) == before


def test_what_a_run_would_refuse_is_refused(mine):
    without_rows(mine, 10)
    done = check(mine)
    assert done.exit_code == 1
    assert "The cohort has 12 tumours with a profile; at least 20 are needed" in done.stderr
    assert done.stdout == ""
    assert check(mine, "--to-score").exit_code == 0


def test_a_definition_that_is_none(mine):
    mine.write_text(yaml.safe_dump({"mine": {**SETTINGS, "titel": "Mine"}}))
    done = check(mine)
    assert done.exit_code == 1
    assert "mine.titel: unknown key (did you mean 'title'?)" in done.stderr


def test_normals_of_another_cohort_are_named(mine):
    settings = {**SETTINGS, "reference_normals": {"cohort": "tcga_brca"}}
    mine.write_text(yaml.safe_dump({"mine": settings}))
    assert "adjacent normals and those of tcga_brca" in check(mine).stdout


def test_a_cohort_by_its_name_and_machines_read_nothing_but_json(tmp_path, mine):
    place = tmp_path / "project/conf/local/cohorts/mine.yml"
    place.parent.mkdir(parents=True)
    mine.rename(place)
    done = subprocess.run(
        [sys.executable, "-m", "twinpurify", "check", "mine", "--raw", tmp_path, "--json"],
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout)["cohort"] == "mine"


def test_an_unknown_name(tmp_path):
    done = CliRunner().invoke(main, ["check", "tcga_brac", "--project", str(tmp_path)])
    assert done.exit_code == 1
    assert done.stderr.startswith("unknown cohort 'tcga_brac'; there are 'demo', ")


def test_the_simulated_cohort_needs_no_files(tmp_path):
    done = CliRunner().invoke(main, ["check", "demo", "--project", str(tmp_path), "--json"])
    assert json.loads(done.stdout)["kept"]["tumours"] == 400
