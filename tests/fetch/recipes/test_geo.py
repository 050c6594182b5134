"""Series of GEO: what is told by their sheets and values, and what is left to a person."""

import gzip

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.fetch import portals
from tests.fetch.portals import N_NORMALS, N_SAMPLES, N_TUMOURS, PROBES, TISSUES
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.declaration.sources import IdTable
from twinpurify.errors import TableError
from twinpurify.fetch.definitions.definition_writer import write_definition
from twinpurify.fetch.recipes.geo_paths import (
    is_matrix,
    matrices_in,
    platform_file,
    series_folder,
)
from twinpurify.fetch.recipes.geo_sheet import sheet_lines
from twinpurify.fetch.recipes.geo_unit import unit_lines
from twinpurify.fetch.registry import find_recipe
from twinpurify.fetch.transfer.remote_file import UnreachableError
from twinpurify.io.tables.id_tables import read_id_table

N = N_SAMPLES


def fetch(series, fetcher, source):
    return find_recipe(series).fetch(fetcher, (source.url,))


def parsed(lines):
    return yaml.safe_load("\n".join(lines))


def text(lines):
    return "\n".join(lines)


def sheet_of(**columns):
    index = [f"GSM{number}" for number in range(N)]
    names = {key: key if key.endswith("_ch1") else key.replace("_", " ") for key in columns}
    frame = pd.DataFrame(columns, index).rename(columns=names)
    return frame.assign(title="a", data_processing="RMA").astype(object)


def test_folders_of_geo():
    assert series_folder("GSE42568") == "series/GSE42nnn/GSE42568"
    assert series_folder("GSE999") == "series/GSEnnn/GSE999"
    assert series_folder("GSE12") == "series/GSEnnn/GSE12"
    assert series_folder("GSE123456") == "series/GSE123nnn/GSE123456"
    assert platform_file("GPL570") == "platforms/GPLnnn/GPL570/annot/GPL570.annot.gz"
    assert platform_file("GPL10558") == "platforms/GPL10nnn/GPL10558/annot/GPL10558.annot.gz"


def test_a_listing_is_read():
    names = ["GSE1-GPL96_series_matrix.txt.gz", "GSE1-GPL97_series_matrix.txt.gz", "x.txt", "a&b"]
    page = portals.geo_listing("series/GSEnnn/GSE1/", names).decode()
    assert matrices_in(page, "GSE1") == names[:2]
    assert matrices_in('<a href="/geo/m/GSE1_series_matrix.txt.gz">', "GSE1") == [
        "GSE1_series_matrix.txt.gz"
    ]
    assert not is_matrix("GSE12_series_matrix.txt.gz", "GSE1")


def test_a_series_of_two_platforms_is_two_cohorts(source, fetcher, tmp_path):
    matrices = {
        f"GSE100-{platform}_series_matrix.txt.gz": portals.series_matrix(
            "GSE100", platform, {"tissue": TISSUES}, portals._values(15), PROBES
        )
        for platform in ("GPL96", "GPL97")
    }
    portals.put_geo(source, "GSE100", matrices, ("GPL96",))
    drafts = fetch("gse100", fetcher, source)
    assert [draft.cohort for draft in drafts] == ["gse100_gpl96", "gse100_gpl97"]
    conf = tmp_path / "conf"
    folders = (conf / "local/cohorts", conf / "base/cohorts")
    paths = [write_definition(draft, *folders, print) for draft in drafts]
    assert [path.name for path in paths] == ["gse100_gpl96.yml", "gse100_gpl97.yml"]
    # Of the second platform there is no annotation: a person has to find one.
    assert drafts[0].open_points == []
    (point,) = drafts[1].open_points
    assert "genes.map, unless the rows are symbols ('200000_s_at', '200001_s_at'" in point
    assert "acc.cgi?acc=GPL97" in text(drafts[1].lines)


def test_an_annotation_of_other_probes_is_not_used(source, fetcher):
    matrix = portals.series_matrix(
        "GSE100", "GPL570", {"tissue": TISSUES}, portals._values(15), [f"x{p}" for p in PROBES]
    )
    portals.put_geo(source, "GSE100", {"GSE100_series_matrix.txt.gz": matrix})
    (draft,) = fetch("gse100", fetcher, source)
    assert "GEO has no ready annotation of GPL570 that fits" in draft.open_points[0]


def test_a_column_that_the_platform_lacks_is_named(source, fetcher):
    portals.put_gse(source)
    fetch("gse42568", fetcher, source)
    table = IdTable(path="gse42568/geo/GPL570.annot.gz", from_column="ID", to_column="symbol")
    with pytest.raises(TableError, match=r"genes\.map\.to_column: 'symbol'"):
        read_id_table(table, fetcher.raw, "genes.map")


def test_a_sequencing_series_names_its_supplementary_files(source, fetcher):
    matrix = portals.series_matrix("GSE100", "GPL11154", {"x": ["1"] * N}, np.empty((0, 0)), [])
    portals.put_geo(source, "GSE100", {"GSE100_series_matrix.txt.gz": matrix})
    with pytest.raises(TableError, match="GSE100_RAW"):
        fetch("gse100", fetcher, source)


def test_a_folder_without_a_matrix_is_named(source, fetcher):
    portals.put_geo(source, "GSE100", {})
    with pytest.raises(TableError, match=r"GSE100/matrix/ lists no file …_series_matrix\.txt\.gz"):
        fetch("gse100", fetcher, source)


def test_without_a_network_the_matrix_is_named_and_taken(source, fetcher):
    dead = ("http://127.0.0.1:9/geo",)
    place = fetcher.raw / "gse42568" / "geo" / "GSE42568_series_matrix.txt.gz"
    with pytest.raises(UnreachableError) as error:
        find_recipe("gse42568").fetch(fetcher, dead)
    url = "series/GSE42nnn/GSE42568/matrix/GSE42568_series_matrix.txt.gz"
    assert f"{dead[0]}/{url} -> {place}" in str(error.value)
    portals.put_gse(source)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(source.files[url])
    # The matrix tells the platform, whose annotation is the next to be placed.
    with pytest.raises(UnreachableError, match=r"GPL570\.annot\.gz -> .*\(may lack\)"):
        find_recipe("gse42568").fetch(fetcher, dead)
    annotation = "platforms/GPLnnn/GPL570/annot/GPL570.annot.gz"
    (place.parent / "GPL570.annot.gz").write_bytes(source.files[annotation])
    (draft,) = find_recipe("gse42568").fetch(fetcher, dead)
    assert draft.open_points == []


def test_a_column_of_the_tissue_is_found():
    lines = sheet_lines(sheet_of(tissue=TISSUES, er_status=["1"] * N))
    assert parsed(lines) == {"columns": {"tissue": "tissue"}, "require_normals": True}
    assert "# er status: '1' (28)" in lines
    assert "# No column tells the patient: every sample counts as one." in lines


def test_two_columns_that_agree_are_one():
    source_names = ["Breast tumor"] * N_TUMOURS + ["Normal breast tissue"] * N_NORMALS
    lines = sheet_lines(sheet_of(source_name_ch1=source_names, kind=TISSUES))
    assert parsed(lines)["columns"]["tissue"] == "kind"


def test_what_geo_itself_says_is_no_property_of_a_tumour():
    own = {"type (2)": TISSUES, "label": ["Cy3"] * N, "relation (2)": ["normal"] * N}
    frame = sheet_of(type=["RNA"] * N, label_ch1=["biotin"] * N).assign(**own)
    lines = sheet_lines(frame)
    assert parsed(lines)["columns"] == {"tissue": "type (2)"}
    assert lines[1:3] == [
        "# type (2): 'breast cancer' (24), 'normal breast' (4)",
        "# label: 'Cy3' (28)",
    ]


def test_columns_that_contradict_each_other_are_left_open():
    other = ["normal"] * N_NORMALS + ["tumor"] * N_TUMOURS
    lines = sheet_lines(sheet_of(kind=TISSUES, other=other))
    assert parsed(lines) is None
    assert any(
        "TO COMPLETE: columns.tissue" in line and "'kind', 'other'" in line for line in lines
    )


def test_words_that_are_not_known_are_left_open():
    strange = ["sample of type A"] * N_TUMOURS + ["control of type B"] * N_NORMALS
    lines = sheet_lines(sheet_of(kind=strange))
    assert parsed(lines) is None
    assert any("it may be one of: 'kind'" in line for line in lines)


def test_a_series_of_tumours_is_only_transferred_to():
    assert parsed(sheet_lines(sheet_of(er_status=["1"] * N))) == {"require_normals": False}
    # A column that the data model would take for its own is mapped in any case.
    lines = sheet_lines(sheet_of(tissue=["tumor"] * N))
    assert parsed(lines) == {"columns": {"tissue": "tissue"}, "require_normals": False}


def test_an_organ_in_the_place_of_a_tissue_is_left_open():
    lines = sheet_lines(sheet_of(tissue=["breast"] * N))
    assert parsed(lines) == {"columns": {"tissue": "tissue"}}
    assert "# TO COMPLETE: tissue_values.tumour: 'breast' (28), if that means tumour." in lines


def test_two_normals_are_too_few():
    lines = sheet_lines(sheet_of(kind=["tumor"] * (N - 2) + ["normal"] * 2))
    assert parsed(lines) == {"columns": {"tissue": "kind"}, "require_normals": False}
    assert "# There are only 2 normals: transfer to it, or score it." in lines


def test_the_patient_is_taken_or_asked_for():
    patients = [f"P{number % 20}" for number in range(N)]
    found = parsed(sheet_lines(sheet_of(patient_id=patients)))
    assert found["columns"] == {"patient_id": "patient id"}
    lines = sheet_lines(sheet_of(patient_id=patients, subject=patients))
    assert any("TO COMPLETE: columns.patient_id" in line for line in lines)
    named = sheet_of(x=patients).rename(columns={"x": "patient_id"})
    assert parsed(sheet_lines(named))["columns"] == {"patient_id": "patient_id"}
    lines = sheet_lines(sheet_of(patient_group=["a", "b"] * (N // 2)))
    assert any("it may be one of: 'patient group'" in line for line in lines)


def test_labels_of_our_names_are_read_where_they_can_be():
    lines = sheet_lines(
        sheet_of(
            Age=[str(number) for number in range(N)],
            grade=["G1", "G2"] * (N // 2),
            stage=["one", "two"] * (N // 2),
            subtype=["Luminal A", "basal-like"] * (N // 2),
            sex=["F", "M"] * (N // 2),
            batch=["a", "b"] * (N // 2),
        )
    )
    assert parsed(lines) == {
        "columns": {
            "subtype": "subtype",
            "grade": "grade",
            "stage": "stage",
            "age": "Age",
            "sex": "sex",
            "batch": "batch",
        },
        "label_values": {"subtype": "pam50", "grade": "grade"},
        "require_normals": False,
    }


def test_labels_that_cannot_be_read_are_left_open():
    lines = sheet_lines(sheet_of(age=["young", "old"] * (N // 2)))
    assert any("TO COMPLETE: columns.age, with label_values" in line for line in lines)


def test_follow_up_is_shown_and_not_guessed():
    lines = sheet_lines(sheet_of(os_event=["0"] * N, relapse_time=["3"] * N))
    assert "survival" not in parsed(lines)
    assert "# Follow-up may stand in: 'os event', 'relapse time'. To use it, write:" in lines


def values_of(low, high):
    return pd.DataFrame(np.linspace(low, high, 40).reshape(4, 10))


SHEET = pd.DataFrame({"data_processing": ["RMA,\nquantile"] * 4, "channel_count": ["1"] * 4})


@pytest.mark.parametrize(
    ("low", "high", "unit"),
    [
        (2.0, 15.0, {"quantity": "intensity", "scale": "log2", "offset": 0.0}),
        (3.0, 45_000.0, {"quantity": "intensity", "scale": "linear"}),
    ],
)
def test_the_unit_is_taken_from_the_range_where_it_allows_one(low, high, unit):
    lines = unit_lines(values_of(low, high), SHEET)
    assert parsed(lines) == {"platform": "microarray", "unit": unit}
    assert lines[0] == "# How the values were made: RMA, quantile"
    assert f"values from {low:.4g} to {high:.4g}" in lines[1]


@pytest.mark.parametrize(
    ("low", "high", "sheet"),
    [
        (-6.0, 7.0, SHEET),
        (-50.0, 9000.0, SHEET),
        (1.0, 25.0, SHEET),
        (2.0, 15.0, SHEET.assign(channel_count="2")),
    ],
)
def test_a_range_that_allows_several_units_is_left_open(low, high, sheet):
    lines = unit_lines(values_of(low, high), sheet)
    assert parsed(lines) == {"platform": "microarray"}
    assert any("TO COMPLETE: unit" in line for line in lines)
    assert "# unit: {quantity: log_ratio, scale: log2, offset: 0.0}" in lines


def test_the_unit_of_sequencing_is_left_open():
    lines = unit_lines(values_of(0, 9), SHEET.assign(library_strategy="RNA-Seq"))
    assert parsed(lines) == {"platform": "rna_seq"}
    assert any("TO COMPLETE: unit, by what the authors say" in line for line in lines)


def test_strange_names_of_columns_survive_yaml(source, fetcher, tmp_path):
    strange = 'tissue "type": a, {b} # c'
    matrix = portals.series_matrix(
        "GSE100", "GPL570", {"tissue type #1": TISSUES}, portals._values(15), PROBES
    )
    portals.put_geo(source, "GSE100", {"GSE100_series_matrix.txt.gz": matrix})
    (draft,) = fetch("gse100", fetcher, source)
    definition = parse_definition("x", yaml.safe_load(draft.under("x"))["x"])
    assert definition.columns == {"tissue": "tissue type #1"}
    lines = sheet_lines(sheet_of(kind=TISSUES).rename(columns={"kind": strange}))
    assert parsed(lines)["columns"]["tissue"] == strange


def test_a_truncated_matrix_is_an_error_of_ours(source, fetcher):
    portals.put_gse(source)
    path = "series/GSE42nnn/GSE42568/matrix/GSE42568_series_matrix.txt.gz"
    whole = gzip.decompress(source.files[path])
    source.files[path] = gzip.compress(whole[: len(whole) // 2])
    with pytest.raises(TableError, match=r"cut off|damaged"):
        fetch("gse42568", fetcher, source)
