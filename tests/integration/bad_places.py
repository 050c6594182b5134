"""Files and folders in each other's place, of another format than declared, or not there."""

from twinpurify.errors import ConfigurationError, ExpressionError, TableError

from .bad_files import path, stored
from .small_cohort import Case, put

CASES = {
    "no such file": Case(
        None,
        path("matrx.csv"),
        TableError,
        r"There is no file 'matrx\.csv' in .*; it holds 'matrix\.csv', 'sheet\.csv' "
        r".*expression\.path",
    ),
    "no such folder": Case(
        None,
        {"samples.path": "clinical/sheet.csv"},
        TableError,
        r"There is no file 'sheet\.csv' in .*clinical; the folder doesn't exist.*samples\.path",
    ),
    "folder in the place of a file": Case(
        put("downloads/m.csv", lambda good: good),
        path("downloads", format="csv"),
        TableError,
        r"downloads is a folder, not a file of the format csv\. Set expression\.path to the file",
    ),
    "folder of no known format": Case(
        put("downloads/m.csv", lambda good: good),
        path("downloads"),
        TableError,
        r"The format of the folder .*downloads can't be told .*Set expression\.format",
    ),
    "file in the place of a folder": Case(
        None,
        path("matrix.csv", format="gdc"),
        TableError,
        r"matrix\.csv is a file; the format gdc takes the folder of a download\. Set "
        r"expression\.path to the folder",
    ),
    "file in the place of a folder of salmon": Case(
        None,
        path("matrix.csv", format="salmon"),
        TableError,
        r"matrix\.csv is a file; the format salmon takes the folder of all samples\. Set "
        r"expression\.path",
    ),
    "file in the place of a study": Case(
        None,
        path("matrix.csv", format="cbioportal"),
        TableError,
        r"matrix\.csv is no file of a cBioPortal study.*expression\.format",
    ),
    "CSV declared Parquet": Case(
        None,
        path("matrix.csv", format="parquet"),
        TableError,
        r"matrix\.csv is declared parquet, but it is csv: its fields are separated by commas\. Set "
        r"expression\.format: csv",
    ),
    "Parquet declared CSV": Case(
        put("m.parquet", lambda _: stored("parquet")),
        path("m.parquet", format="csv"),
        TableError,
        r"m\.parquet is declared csv, but it is parquet: it begins with PAR1\. Set "
        r"expression\.format:"
        r" parquet",
    ),
    "CSV declared h5ad": Case(
        None,
        path("matrix.csv", format="h5ad"),
        TableError,
        r"matrix\.csv can't be read as HDF5: .*expression\.format",
    ),
    "CSV declared GCT": Case(
        None,
        path("matrix.csv", format="gct"),
        TableError,
        r"matrix\.csv isn't GCT 1\.2 or 1\.3: its first line is 'gene,TCGA.*Correct "
        r"expression\.format",
    ),
    "CSV declared series matrix": Case(
        None,
        path("matrix.csv", format="series_matrix"),
        TableError,
        r"matrix\.csv has no line !series_matrix_table_begin.*expression\.format",
    ),
    "GCT declared CSV": Case(
        put("m.gct", "#1.2\n2\t2\nName\tDescription\ts1\ts2\nA\tx\t1\t2\nB\ty\t3\t4\n"),
        path("m.gct", format="csv"),
        TableError,
        r"m\.gct .*expression\.format",
    ),
    "column chosen of a table": Case(
        None,
        {"expression.values": "tpm"},
        ConfigurationError,
        r"expression\.values is set, and matrix\.csv is read as csv, which has no use for it; it "
        r"is for "
        r"cbioportal, .*Leave it out, or correct expression\.format",
    ),
    "samples chosen of a table": Case(
        None,
        {"expression.samples": "wanted.txt"},
        ConfigurationError,
        r"expression\.samples is set, .* has no use for it; it is for recount3, archs4\. Leave "
        r"it out",
    ),
    "transcripts of a table": Case(
        None,
        {"expression.transcripts": {"path": "t.csv", "from_column": "tx", "to_column": "gene"}},
        ConfigurationError,
        r"expression\.transcripts is set, .* it is for salmon, kallisto, rsem\. Leave it out",
    ),
    "table that carries no sheet": Case(
        None,
        {"samples": {}},
        TableError,
        r"matrix\.csv is of the format csv, which carries no sample sheet\. Set samples\.path",
    ),
    "sheet in the place of the matrix": Case(
        None,
        path("sheet.csv"),
        ExpressionError,
        r"sheet\.csv holds \d+ values that are text .*expression\.",
    ),
    "matrix in the place of the sheet": Case(
        None,
        {"samples.path": "matrix.csv"},
        ExpressionError,
        r"The matrix is transposed: 24 of its columns, and 0 of its rows, are samples of the "
        r"sheet\. "
        r"Set expression\.orientation .*or correct samples\.path",
    ),
}
