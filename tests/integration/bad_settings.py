"""Bad definitions of a cohort: keys, values and settings that contradict each other."""

import yaml

from twinpurify.errors import ConfigurationError

from .small_cohort import Case

OS = {"time": "months", "event": "status"}


def setting(changes: dict[str, object], message: str) -> Case:
    return Case(None, changes, ConfigurationError, r"mine\.yml doesn't define.*" + message)


CASES = {
    "unknown key": setting(
        {"expression.orientaton": "genes_in_rows"},
        r"mine\.expression\.orientaton: unknown key \(did you mean 'orientation'\?\)\.",
    ),
    "key that is missing": setting({"title": None}, r"mine\.title: Field required\."),
    "unknown format": setting(
        {"expression.format": "excel"},
        r"mine\.expression\.format: Input should be 'auto', 'parquet', .*not 'excel'\.",
    ),
    "unknown quantity": setting(
        {"unit.quantity": "rpkm"},
        r"mine\.unit\.quantity: Input should be 'counts', .*, not 'rpkm'\.",
    ),
    "codes that YAML takes for truth values": setting(
        yaml.safe_load("{survival.os.event_values: [yes], survival.os.censored_values: [no]}"),
        r"mine\.survival\.os\.event_values\.0: YAML read this code as True: put it in quotes",
    ),
    "log2 without its offset": setting(
        {"unit": {"quantity": "tpm", "scale": "log2"}},
        r"mine\.unit: scale log2 needs `offset`: .*1\.0 for log2\(TPM \+ 1\)",
    ),
    "linear with an offset": setting(
        {"unit.scale": "linear"}, r"mine\.unit: offset 1 is only for scale log2; leave it out\."
    ),
    "ratio with an offset": setting(
        {"platform": "microarray", "unit.quantity": "log_ratio"},
        r"mine\.unit: a log_ratio is log2\(sample / reference\) .*set scale: log2 and offset: "
        r"0\.0\.",
    ),
    "negative offset": setting(
        {"unit.offset": -1.0},
        r"mine\.unit\.offset: Input should be greater than or equal to 0, not -1\.0\.",
    ),
    "array that counts": setting(
        {"platform": "microarray"},
        r"platform microarray doesn't measure tpm: unit\.quantity is intensity or log_ratio",
    ),
    "words of a tissue without a column": setting(
        {"columns": {}, "label_values": {}},
        r"tissue_values \(the values\) needs columns\.tissue \(the column\): set both, or neither",
    ),
    "normals that nothing tells": setting(
        {"columns": {}, "label_values": {}, "tissue_values": None},
        r"require_normals is true, so columns\.tissue .* or barcodes must say .*require_normals: "
        r"false",
    ),
    "labels without a column": setting(
        {"label_values.stage": "stage"},
        r"label_values names \['stage'\], which `columns` doesn't map\.",
    ),
    "code that means both": setting(
        {"survival.os.censored_values": ["0", "1"]},
        r"mine\.survival\.os: \['1'\] stand in both event_values and censored_values\.",
    ),
    "word that means both tissues": setting(
        {"tissue_values.normal": ["tumor"]},
        r"mine\.tissue_values: \['tumor'\] stand in both tumour and normal\.",
    ),
    "annotation of samples": setting(
        {"expression.orientation": "samples_in_rows", "expression.annotation_columns": ["about"]},
        r"annotation_columns describe genes, so they need orientation genes_in_rows",
    ),
    "pattern that is none": setting(
        {"patient_id_pattern": "(TCGA"}, r"patient_id_pattern: '\(TCGA' is no regular expression: "
    ),
    "pattern without a group": setting(
        {"patient_id_pattern": "TCGA-.+"},
        r"'TCGA-\.\+' has 0 groups; it needs one, \(…\), the patient",
    ),
    "list in the place of a mapping": setting(
        {"columns": ["patient", "kind"]},
        r"mine\.columns: Input should be a valid dictionary, not \['patient', 'kind'\]\.",
    ),
    "endpoint that isn't known": setting(
        {"survival.osurvival": OS},
        r"mine\.survival\.osurvival: Input should be 'os', 'dss', 'dfi', 'pfi' or 'rfs', not "
        r"'osurvival'\.",
    ),
    "genes collapsed by an unknown rule": setting(
        {"genes.collapse": "median"},
        r"mine\.genes\.collapse: Input should be 'auto', 'sum', 'max_mean', 'mean' or 'error', "
        r"not 'median'\.",
    ),
}
