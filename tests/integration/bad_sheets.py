"""Bad sample sheets: columns, codes, barcodes, joined tables."""

from collections.abc import Callable

import pandas as pd

from twinpurify.errors import (
    BackgroundError,
    CohortError,
    SampleSheetError,
    TableError,
)

from .small_cohort import Case, both, in_matrix, in_sheet, put, sheet

FIRST, SECOND = sheet().index[:2]
BARCODES = {
    "barcodes": {"scheme": "tcga"},
    "columns.patient_id": None,
    "columns.tissue": None,
    "tissue_values": None,
}
LABELS_OFF = {"label_values": {}}


def with_cells(column: str, value: str, rows: slice = slice(0, 2)) -> Callable:
    """Write a value into some cells of a column of the sheet."""

    def alter(good: pd.DataFrame) -> pd.DataFrame:
        good.iloc[rows, good.columns.get_loc(column)] = value
        return good

    return in_sheet(alter)


def joined(text: str, **settings: str) -> tuple[Callable, dict[str, object]]:
    """A further table, and the setting that joins it to the sheet."""
    join = {"path": "further.csv", **settings}
    return put("further.csv", text), {"samples.join": [join]}


def renamed(change: Callable[[str], str]) -> Callable:
    """Other ids of the samples in both files."""
    return both(
        in_matrix(lambda good: good.rename(columns=change)),
        in_sheet(lambda good: good.rename(index=change)),
    )


COLUMNS = {
    "column that the sheet lacks": Case(
        None,
        {"columns.grade": "Grade"},
        SampleSheetError,
        r"In the sample sheet these columns are missing: columns\.grade: 'Grade' \(did you mean "
        r"'grade'\?\)\. The columns are 'patient', 'kind'",
    ),
    "patients in the column of the ids": Case(
        None,
        {"columns.patient_id": "sample"},
        SampleSheetError,
        r"columns are missing: columns\.patient_id: 'sample'\. .*Leave columns\.patient_id out "
        r"if the "
        r"sample ids are the patients\.",
    ),
    "column of survival that the sheet lacks": Case(
        None,
        {"survival.os.time": "OS_MONTHS"},
        SampleSheetError,
        r"columns are missing: survival\.os\.time: 'OS_MONTHS'",
    ),
    "id column that the sheet lacks": Case(
        None,
        {"samples.id_column": "sampel"},
        TableError,
        r"sheet\.csv .*samples\.id_column: 'sampel' \(did you mean 'sample'\?\)",
    ),
    "column with a name of the cohort": Case(
        in_sheet(lambda good: good.assign(stage="II")),
        {},
        SampleSheetError,
        r"columns with names that the cohort uses itself: 'stage' .*columns\.stage: stage\), or "
        r"rename it",
    ),
    "sample without a patient": Case(
        with_cells("patient", ""),
        {},
        SampleSheetError,
        r"No patient could be told for the samples 'TCGA-A1-A000-01A', 'TCGA-A1-A001-01A' \(2 in "
        r"all\)\. Fill the column of columns\.patient_id",
    ),
    "pattern that finds no patient": Case(
        None,
        {"patient_id_pattern": r"^(MB-\d+)"},
        SampleSheetError,
        r"No patient could be told for the samples .*\(26 in all\)\. .*correct patient_id_pattern",
    ),
    "words for tissue spelt otherwise": Case(
        None,
        {"tissue_values": {"tumour": ["tumour"], "normal": ["normal"]}},
        SampleSheetError,
        r"No sample is a tumour: tissue_values\.tumour is \['tumour'\], and the column 'kind' "
        r"holds "
        r"'tumor' \(22\), 'normal' \(4\)\. Correct tissue_values\.tumour",
    ),
    "no words for tissue": Case(
        with_cells("kind", "", slice(0, 26)),
        {},
        SampleSheetError,
        r"No sample is a tumour: .* the column 'kind' holds nothing\. Correct "
        r"tissue_values\.tumour",
    ),
    "unknown words for tissue": Case(
        with_cells("kind", "thingy"),
        {"tissue_values": None},
        SampleSheetError,
        r"columns\.tissue names the column 'kind', with words that aren't in the vocabulary of "
        r"tissues: 'thingy' \(2\)\. Say in tissue_values",
    ),
    "no tumour": Case(
        with_cells("kind", "metastasis", slice(0, 22)),
        {"tissue_values": None},
        SampleSheetError,
        r"No sample is a tumour: the values 'metastasis' \(22\), 'normal' \(4\) were taken for "
        r"'metastasis' \(22\), 'normal' \(4\)\. Say in tissue_values\.tumour",
    ),
    "19 tumours": Case(
        with_cells("kind", "other", slice(0, 3)),
        {},
        CohortError,
        r"The cohort has 19 tumours with a profile; at least 20 are needed\. Check "
        r"tissue_values\.tumour, or pool",
    ),
    "no normals": Case(
        None,
        {"tissue_values": {"tumour": ["tumor"], "normal": ["benign"]}},
        BackgroundError,
        r"The cohort has no adjacent normals with a profile; at least 3 .*set require_normals: "
        r"false",
    ),
    "two normals": Case(
        with_cells("kind", "other", slice(24, 26)),
        {},
        BackgroundError,
        r"The cohort has 2 adjacent normals with a profile; at least 3 .*tissue_values\.normal",
    ),
}

CODES = {
    "unknown grade": Case(
        with_cells("grade", "5"),
        {},
        SampleSheetError,
        r"label_values\.grade: the column 'grade' holds values that the vocabulary grade doesn't "
        r"know: '5' \(2\)\. In label_values\.grade, map each value of the column to one of 1, 2, "
        r"3, 4\.",
    ),
    "grades in words, without a vocabulary": Case(
        with_cells("grade", "G2"),
        LABELS_OFF,
        SampleSheetError,
        r"The sample sheet doesn't fit the data model; map the values in label_values \(grade: "
        r"grade "
        r".*grade: it should be 1, 2, 3 or 4, which fails for 'G2'",
    ),
    "unknown subtype": Case(
        with_cells("pam50", "Luminal C"),
        {},
        SampleSheetError,
        r"label_values\.subtype: .*the vocabulary pam50 doesn't know: 'Luminal C' \(2\)\. In "
        r"label_values\.subtype, map each value of the column to one of LumA, LumB, Her2",
    ),
    "subtypes that no sample has": Case(
        None,
        {"label_values.subtype": {"luminal A": "LumA", "luminal B": "LumB"}},
        SampleSheetError,
        r"label_values\.subtype names 'luminal A', 'luminal B' \(2 in all\), none of which "
        r"occurs in "
        r"the column 'pam50'; it holds 'LumA' .*Correct label_values\.subtype\.",
    ),
    "unknown sex": Case(
        with_cells("sex", "X"),
        {},
        SampleSheetError,
        r"columns\.sex: the column 'sex' holds values that the vocabulary sex doesn't know: 'X' "
        r"\(2\)\. In label_values\.sex, map each value of the column to one of female, male\.",
    ),
    "unknown code of an event": Case(
        with_cells("status", "9"),
        {},
        SampleSheetError,
        r"survival\.os\.event names the column 'status', whose codes '9' \(2\) are in neither "
        r"survival\.os\.event_values \['1'\].*Add them to one of the three",
    ),
    "competing event that isn't declared": Case(
        with_cells("status", "Died of Other Causes", slice(0, 6)),
        {"survival.os.event_values": ["1", "Died of Disease"]},
        SampleSheetError,
        r"whose codes 'Died of Other Causes' \(6\) .* nor survival\.os\.competing_values \[\]\. "
        r"Add",
    ),
    "times in another unit": Case(
        with_cells("months", "4015"),
        {},
        SampleSheetError,
        r"survival\.os\.time names the column 'months', which should hold less than 100 years "
        r"\(survival\.os\.time_unit is months\), but holds 'TCGA-A1-A000-01A: 4015'.*or "
        r"survival\.os\.time\.",
    ),
    "words in the place of times": Case(
        with_cells("months", "two years"),
        {},
        SampleSheetError,
        r"survival\.os\.time names the column 'months', which should hold numbers but holds 'two "
        r"years' \(2\)\. Name another column, or leave these cells empty",
    ),
    "time and event exchanged": Case(
        None,
        {"survival.os.time": "status", "survival.os.event": "months"},
        SampleSheetError,
        r"survival\.os\.event names the column 'months', whose codes '12\.5' \(1\), .*different "
        r"ones",
    ),
    "purity in per cent": Case(
        with_cells("purity", "70"),
        {},
        SampleSheetError,
        r"purity\.cpe names the column 'purity', which should hold fractions from 0 to 1 \(divide "
        r"percentages by 100\), but holds 'TCGA-A1-A000-01A: 70'.* Correct these "
        r"values, or purity\.cpe\.",
    ),
    "age in days": Case(
        with_cells("age", "22280"),
        {},
        SampleSheetError,
        r"columns\.age names the column 'age', which should hold years from 0 to 120, but holds "
        r"'TCGA-A1-A000-01A: 22280'.* Correct these values, or columns\.age\.",
    ),
    "decimal commas in the sheet": Case(
        with_cells("age", "61,5"),
        {},
        SampleSheetError,
        r"columns\.age names the column 'age', which should hold numbers but holds '61,5' \(2\)",
    ),
    "ids that are no barcodes": Case(
        renamed(lambda name: f"GSM{name[8:]}"),
        BARCODES,
        SampleSheetError,
        r"barcodes\.scheme is tcga, but these are no TCGA barcodes: 'GSMA000-01A: GSMA000-01A', "
        r".*Set "
        r"barcodes\.column",
    ),
    "barcodes of unknown sample types": Case(
        renamed(lambda name: name.replace("-11A", "-77A")),
        BARCODES,
        SampleSheetError,
        r"these sample types aren't TCGA's: 'TCGA-A1-A000-77A: 77', .*map columns\.tissue",
    ),
    "barcodes of patients": Case(
        None,
        {**BARCODES, "barcodes.column": "patient"},
        SampleSheetError,
        r"The barcodes of 'TCGA-A1-A000-01A', .* reach to the patient only.*barcodes\.column",
    ),
    "several aliquots of a sample": Case(
        renamed(lambda name: name.replace("A001-01A", "A000-01B")),
        {**BARCODES, "barcodes.duplicates": "error"},
        SampleSheetError,
        r"2 aliquots are of 1 samples: 'TCGA-A1-A000-01A', 'TCGA-A1-A000-01B' \(2 in all\)\. .*set "
        r"barcodes\.duplicates to keep_best or keep_all",
    ),
}


def join_case(text: str, error: type, message: str, **settings: str) -> Case:
    return Case(*joined(text, **settings), error, message)


JOINS = {
    "joined table that is missing": Case(
        None,
        {"samples.join": [{"path": "purity.csv"}]},
        TableError,
        r"There is no file 'purity\.csv' in .*samples\.join\[0\]\.path",
    ),
    "joined table with ids twice": join_case(
        f"sample,ploidy\n{FIRST},2\n{FIRST},3\n",
        SampleSheetError,
        r"ids of .*further\.csv stand twice or more: 'TCGA-A1-A000-01A' "
        r".*samples\.join\[0\]\.id_column",
    ),
    "joined table without its id column": join_case(
        f"sample,ploidy\n{FIRST},2\n",
        TableError,
        r"further\.csv .*samples\.join\[0\]\.id_column: 'Sample' \(did you mean 'sample'\?\)",
        id_column="Sample",
    ),
    "column to join on that the sheet lacks": join_case(
        "case,ploidy\nTCGA-A1-A000,2\n",
        SampleSheetError,
        r"In the sample sheet these columns are missing: samples\.join\[0\]\.sheet_column: 'case'",
        sheet_column="case",
    ),
    "joined table with a column of the sheet": join_case(
        f"sample,grade\n{FIRST},2\n",
        SampleSheetError,
        r"both have the columns 'grade' \(1 in all\)\. Set samples\.join\[0\]\.prefix",
    ),
    "joined table of other ids": join_case(
        "case,ploidy\nTCGA-A1-A000,2\n",
        SampleSheetError,
        r"None of the 26 ids of the sample sheet stands in .*further\.csv.*there: 'TCGA-A1-A000' "
        r".*Set "
        r"samples\.join\[0\]\.sheet_column",
    ),
}


CASES = {**COLUMNS, **CODES, **JOINS}
