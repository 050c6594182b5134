"""Bad matrices: ids that don't meet, values that are none, other units, doubled names."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from twinpurify.errors import ConfigurationError, ExpressionError, SampleSheetError

from .small_cohort import Case, both, in_matrix, in_sheet, matrix, put

COUNTS = {"unit": {"quantity": "counts", "scale": "linear"}}
LINEAR_TPM = {"unit": {"quantity": "tpm", "scale": "linear"}}
FPKM = {"unit": {"quantity": "fpkm", "scale": "linear"}}
ARRAY = {"platform": "microarray", "unit.quantity": "intensity", "unit.offset": 0.0}
RATIO = {"platform": "microarray", "unit": {"quantity": "log_ratio", "scale": "log2"}}
FIRST, SECOND = matrix().columns[:2]


def renamed(change: Callable[[str], str]) -> Callable:
    """Samples of the matrix under other names than in the sheet."""
    return in_matrix(lambda good: good.rename(columns=change))


def with_value(value: object) -> Callable:
    def alter(good: pd.DataFrame) -> pd.DataFrame:
        good = good.astype(object)
        good.loc["ESR1", SECOND] = value
        return good

    return in_matrix(alter)


def z_scores(good: pd.DataFrame) -> pd.DataFrame:
    return good.sub(good.mean(axis=1), axis=0).div(good.std(axis=1), axis=0)


def of_reads(per_gene: float, n_genes: int = 24) -> pd.DataFrame:
    """Linear values of many genes, as many reads each on average as asked for."""
    rng = np.random.default_rng(3)
    samples = matrix().columns
    values = rng.lognormal(0.0, 1.5, (n_genes, len(samples)))
    values *= per_gene * n_genes / values.sum(axis=0)
    return pd.DataFrame(values, index=[f"GENE{n}X" for n in range(n_genes)], columns=samples)


def with_twin(good: pd.DataFrame) -> pd.DataFrame:
    """Bring ESR1 twice."""
    return pd.concat([good, good.loc[["ESR1"]] + 1.0])


IDS = {
    "ids that differ by case": Case(
        renamed(str.lower),
        {},
        SampleSheetError,
        r"Only 0 of the 26 samples of the matrix are among the 26 of the sheet\. In the matrix: "
        r"'tcga-a1-a000-01a'.*26 meet when upper and lower case are taken for the same: make the "
        r"ids of both files the same, or set samples\.id_column",
    ),
    "ids that differ by - and .": Case(
        renamed(lambda name: name.replace("-", ".")),
        {},
        SampleSheetError,
        r"'TCGA\.A1\.A000\.01A'.*26 meet when - and \. and _ are taken for the same",
    ),
    "ids with the X of R": Case(
        renamed("X{}".format),
        {},
        SampleSheetError,
        r"'XTCGA-A1-A000-01A'.*26 meet when the X that R puts before ids is removed",
    ),
    "ids with the X and the dots of R": Case(
        renamed(lambda name: f"X{name.replace('-', '.')}"),
        {},
        SampleSheetError,
        r"'XTCGA\.A1\.A000\.01A'.*26 meet when the X that R puts before ids is removed, and - and "
        r"\. and _ are taken for the same: make",
    ),
    "ids with blanks": Case(
        renamed("{} ".format),
        {},
        SampleSheetError,
        r"'TCGA-A1-A000-01A '.*26 meet when blanks around the ids are removed",
    ),
    "ids that lost their zeros": Case(
        both(
            in_matrix(lambda good: good.set_axis([f"{n:03d}" for n in range(26)], axis=1)),
            in_sheet(lambda good: good.set_axis(map(str, range(26))).rename_axis("id")),
        ),
        {},
        SampleSheetError,
        r"'000', '001'.*26 meet when leading zeros, which spreadsheets remove, are left out",
    ),
    "ids that became decimals": Case(
        both(
            in_matrix(lambda good: good.set_axis([str(n) for n in range(26)], axis=1)),
            in_sheet(lambda good: good.set_axis([f"{n}.0" for n in range(26)]).rename_axis("id")),
        ),
        {},
        SampleSheetError,
        r"in the sheet: '0\.0', .*26 meet when the \.0 behind numbers is removed",
    ),
    "ids that differ by case and by - and .": Case(
        renamed(lambda name: name.lower().replace("-", "_")),
        {},
        SampleSheetError,
        r"'tcga_a1_a000_01a'.*26 meet when upper and lower case, and - and \. and _, are taken",
    ),
    "barcodes of aliquots beside those of samples": Case(
        renamed("{}-11R-A14D-07".format),
        {},
        SampleSheetError,
        r"'TCGA-A1-A000-01A-11R-A14D-07'.*26 meet when TCGA barcodes are cut to the vial \(16 "
        r"characters\)",
    ),
    "patients in the sheet, samples in the matrix": Case(
        None,
        {"samples.id_column": "patient", "columns.patient_id": "sample"},
        SampleSheetError,
        r"sample ids of .*sheet\.csv stand twice or more: 'TCGA-A1-A000', .*set samples\.id_column",
    ),
    "other samples altogether": Case(
        in_sheet(lambda good: good.set_axis([f"MB-{n:04d}" for n in range(26)]).rename_axis("id")),
        {},
        SampleSheetError,
        r"Only 0 of the 26 .*in the sheet: 'MB-0000'.*Set samples\.id_column to the column that",
    ),
    "matrix transposed": Case(
        None,
        {"expression.orientation": "samples_in_rows"},
        ExpressionError,
        r"The matrix is transposed: 26 of its columns, and 0 of its rows, are samples of the "
        r"sheet\. "
        r"Set expression\.orientation to the other one",
    ),
    "sample twice in the matrix": Case(
        renamed(lambda name: name.replace("A001", "A000")),
        {},
        ExpressionError,
        r"sample ids of the matrix stand twice or more: 'TCGA-A1-A000-01A', 'TCGA-A1-A000-11A' \(2 "
        r"in all\)\. Keep one of each, or average them, in .*matrix\.csv",
    ),
    "sample twice in the sheet": Case(
        in_sheet(lambda good: pd.concat([good, good.iloc[[0]]])),
        {},
        SampleSheetError,
        r"sample ids of .*sheet\.csv stand twice or more: 'TCGA-A1-A000-01A' \(1 in all\)\. Keep "
        r"one row a sample",
    ),
    "gene twice where that is an error": Case(
        in_matrix(with_twin),
        {"genes.collapse": "error"},
        ExpressionError,
        r"Genes have several rows.*'ESR1'.*genes\.collapse",
    ),
}

VALUES = {
    "missing value": Case(
        with_value(np.nan),
        {},
        ExpressionError,
        r"NaN or infinite values: 1 such values \(gene 'ESR1' in sample 'TCGA-A1-A001-01A': "
        r"nan\)\. "
        r"Set genes\.missing: drop to leave genes with gaps out, or impute before",
    ),
    "infinite value": Case(
        with_value("Inf"),
        {},
        ExpressionError,
        r"NaN or infinite values: 1 such values \(gene 'ESR1' in sample 'TCGA-A1-A001-01A': "
        r"inf\)\. ",
    ),
    "logarithm of 0": Case(
        with_value("-Inf"),
        {"unit.offset": 0.0},
        ExpressionError,
        r"1 such values \(gene 'ESR1' .*: -inf\)\. Infinite ones are often logarithms of 0: "
        r"correct "
        r"them, or add a pseudo-count before the logarithm is taken, and set unit\.offset to it",
    ),
    "sample without values": Case(
        in_matrix(lambda good: good.assign(**{SECOND: np.nan})),
        {"genes.missing": "drop"},
        ExpressionError,
        r"genes\.missing is drop, but no gene has a value in every sample\. The samples that lack "
        r"most are 'TCGA-A1-A001-01A', .*Leave them out of the sample sheet",
    ),
    "text in the place of a value": Case(
        with_value("n/d"),
        {},
        ExpressionError,
        r"matrix\.csv holds 1 values that are text \(gene 'ESR1' in sample 'TCGA-A1-A001-01A': "
        r"'n/d'\)",
    ),
    "error of a spreadsheet in the place of a value": Case(
        with_value("#DIV/0!"), {}, ExpressionError, r"1 values that are text .*'#DIV/0!'"
    ),
    "negative linear values": Case(
        in_matrix(lambda good: good - 3.0),
        LINEAR_TPM,
        ExpressionError,
        r"The unit is linear TPM, which can't be negative, but there are \d+ such values \(gene "
        r"'\w+' in sample .*set unit\.scale: log2 and unit\.offset",
    ),
    "logarithms declared linear": Case(
        None,
        LINEAR_TPM,
        ExpressionError,
        r"The unit is linear TPM, but the largest value is 1\d\.\d+, as it is for logarithms\. Set "
        r"unit\.scale: log2",
    ),
    "linear values declared logarithms": Case(
        in_matrix(lambda good: np.exp2(good) - 1.0),
        {},
        ExpressionError,
        r"The unit is log2\(TPM \+ 1\), which stays below 30, but there are \d+ such values .*set "
        r"unit\.scale: linear",
    ),
    "TPM declared counts": Case(
        in_matrix(lambda _: of_reads(40.0, 1200)),
        COUNTS,
        ExpressionError,
        r"The unit is linear counts, but only 0\.\d% of the values above 0 are whole numbers, .* "
        r"The "
        r"values look like linear TPM or FPKM\. Set unit\.quantity",
    ),
    "counts declared TPM": Case(
        in_matrix(lambda _: of_reads(1e6).round()),
        LINEAR_TPM,
        ExpressionError,
        r"The unit is linear TPM, of which a sample sums to a million, but these sum to 2\.4e\+07 "
        r"\(median\)\. The values look like linear counts\. Set unit\.quantity",
    ),
    "counts declared FPKM": Case(
        in_matrix(lambda _: of_reads(1e6).round()),
        FPKM,
        ExpressionError,
        r"The unit is linear FPKM, but 100\.0% of the values above 0 are whole numbers, as counts "
        r"are\. Set unit\.quantity: counts",
    ),
    "z-scores": Case(
        in_matrix(z_scores),
        {},
        ExpressionError,
        r"these are z-scores, whose scale is lost: .*Take the matrix from before it was",
    ),
    "ratios declared intensities": Case(
        in_matrix(lambda good: good / 3.0 - 2.3),
        ARRAY,
        ExpressionError,
        r"The unit is log2 intensity, but \d+% of the values are negative, as ratios to a "
        r"reference "
        r"are\. Set unit\.quantity: log_ratio",
    ),
    "intensities declared ratios": Case(
        in_matrix(lambda good: good / 2.0 + 5.0),
        RATIO,
        ExpressionError,
        r"The unit is log2 ratio, which lies around 0, but the lowest value is 5.* Set "
        r"unit\.quantity: intensity",
    ),
    "offset too large": Case(
        in_matrix(lambda good: good - 3.0),
        {},
        ExpressionError,
        r"The unit is log2\(TPM \+ 1\), whose smallest value is 0, but there are .*Set "
        r"unit\.offset",
    ),
    "offset left at 0": Case(
        in_matrix(lambda good: (good - 2.0).clip(lower=0.0)),
        {"unit.offset": 0.0},
        ExpressionError,
        r"The unit is log2 TPM, but no value is below 0, and \d+\.\d% are 0, as log2\(x \+ 1\) has "
        r"it .*Set unit\.offset: 1\.0",
    ),
    "natural logarithms of counts": Case(
        in_matrix(lambda _: np.log1p(of_reads(30.0, 1200).round())),
        {"unit.quantity": "counts"},
        ExpressionError,
        r"log2\(counts \+ 1\), but the values are likely natural logarithms: .*Divide them by "
        r"0\.693",
    ),
    "constant matrix": Case(
        in_matrix(lambda good: good * 0.0 + 5.0),
        {},
        ExpressionError,
        r"Only 0 of 24 genes vary between samples; at least 10 are needed\. Check expression\.path",
    ),
    "nine genes": Case(
        in_matrix(lambda good: good.iloc[:9]),
        {},
        ExpressionError,
        r"Only 9 of 9 genes vary between samples; at least 10 are needed\.",
    ),
}


def to_ensembl(good: pd.DataFrame) -> pd.DataFrame:
    return good.set_axis([f"ENSG{n:011d}.2" for n in range(len(good))]).rename_axis("gene")


def table(lines: list[str], **more: str) -> tuple[Callable, dict[str, object]]:
    """A table of identifiers, and the setting that names it."""
    settings = {"path": "map.csv", "from_column": "id", "to_column": "symbol"} | more
    return put("map.csv", "\n".join(["id,symbol,other", *lines]) + "\n"), {"genes.map": settings}


def of_ensembl(lines: list[str], message: str, **more: str) -> Case:
    """A matrix of Ensembl ids, and a table that doesn't fit it."""
    write, settings = table(lines, **more)

    def change(folder: object) -> None:
        in_matrix(to_ensembl)(folder)
        write(folder)

    return Case(change, settings, ExpressionError, message)


SYMBOLS = list(matrix().index)
GENES = {
    "kind of ids declared wrongly": Case(
        None,
        {"genes.id_type": "ensembl"},
        ConfigurationError,
        r"genes\.id_type is ensembl, but 24 of the 24 identifiers are something else, most likely "
        r"gene symbols: 'ACTB', .*Set genes\.id_type to symbol",
    ),
    "table of another species": of_ensembl(
        [f"ENSMUSG{n:011d},Trp{n},x" for n in range(24)],
        r"Only 0 of the 24 identifiers are in genes\.map\. .*begin with ENSG, those of the table "
        r"with ENSMUSG: these are two species",
    ),
    "columns of the table exchanged": of_ensembl(
        [f"ENSG{n:011d},{name},x" for n, name in enumerate(SYMBOLS)],
        r"Only 0 of the 24 .*exchanged: swap genes\.map\.from_column and to_column",
        from_column="symbol",
        to_column="id",
    ),
    "wrong column of the table": of_ensembl(
        [f"ENSG{n:011d},{name},{n + 7000}" for n, name in enumerate(SYMBOLS)],
        r"The matrix has Ensembl ids of genes, the table Entrez ids: set genes\.map\.from_column",
        from_column="other",
    ),
    "table of other genes": of_ensembl(
        [f"ENSG{n + 900:011d},{name},x" for n, name in enumerate(SYMBOLS)],
        r"Only 0 of the 24 .*the table has 'ENSG00000000900'.*Take the table of this platform, or "
        r"correct genes\.map\.from_column",
    ),
    "table of ambiguous ids alone": of_ensembl(
        [f"ENSG{n:011d},{name}{end},x" for n, name in enumerate(SYMBOLS) for end in "PQ"],
        r"None of the 24 identifiers could be told for a gene: 'ENSG00000000000\.2'.*genes\.map",
    ),
    "column of symbols that isn't there": Case(
        in_matrix(lambda good: good.assign(Symbol=good.index)),
        {"expression.annotation_columns": ["Symbol"], "genes.symbol_column": "symbol"},
        ConfigurationError,
        r"no such column: these columns are missing: genes\.symbol_column: 'symbol' \(did you mean "
        r"'Symbol'\?\)",
    ),
    "column of symbols that is empty": Case(
        in_matrix(lambda good: good.assign(Symbol="---")),
        {"expression.annotation_columns": ["Symbol"], "genes.symbol_column": "Symbol"},
        ExpressionError,
        r"genes\.symbol_column names 'Symbol', which is empty for 24 of the 24 identifiers\. Name "
        r"another column, or set genes\.map",
    ),
    "sum of ratios": Case(
        in_matrix(lambda good: good / 3.0 - 2.3),
        RATIO | {"genes.collapse": "sum"},
        ConfigurationError,
        r"genes\.collapse is sum, but the unit is log2 ratio, and ratios don't add up\. Set "
        r"genes\.collapse to max_mean or mean",
    ),
}

CASES = {**IDS, **VALUES, **GENES}
