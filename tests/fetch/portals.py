"""Small files in exactly the formats of the public sources, put onto the loopback server."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from urllib.parse import parse_qs

import numpy as np

from .server import Source

GENES = [
    *["TP53", "BRCA1", "ESR1", "ERBB2", "EGFR", "MYC", "PTEN", "GATA3", "FOXA1", "PGR"],
    *["AURKA", "CCNB1", "COL10A1", "ADIPOQ", "ACTB", "GAPDH", "KRT5", "KRT8", "CD3E", "CD19"],
]
N_TUMOURS, N_NORMALS = 24, 4
N_SAMPLES = N_TUMOURS + N_NORMALS
# Patients of the normals are patients with a tumour.
BARCODES = [
    *(f"TCGA-A1-A0{number:02d}-01" for number in range(N_TUMOURS)),
    *(f"TCGA-A1-A0{number:02d}-11" for number in range(N_NORMALS)),
]


def _values(high: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.5, high, (len(GENES), N_SAMPLES)).round(4)


def _lines(*rows: list[object]) -> bytes:
    return ("\n".join("\t".join(map(str, row)) for row in rows) + "\n").encode()


def put_xena(source: Source, project: str = "BRCA", normals: bool = True) -> None:
    """The matrix, the clinical matrix and the curated survival of a project."""
    names = BARCODES if normals else BARCODES[:N_TUMOURS]
    table = [[gene, *row[: len(names)]] for gene, row in zip(GENES, _values(14), strict=True)]
    source.files[f"TCGA.{project}.sampleMap/HiSeqV2.gz"] = gzip.compress(
        _lines(["sample", *names], *table)
    )
    # The clinical matrix has samples without a profile, and empty cells.
    clinical = [
        [
            name,
            name[:12],
            "Primary Tumor" if name.endswith("01") else "Solid Tissue Normal",
            ["LumA", "LumB", "Her2", "Basal", "Normal", ""][number % 6],
            ["Stage IIA", "Stage I", "Stage X", "[Discrepancy]", "Stage IIIC", ""][number % 6],
            40 + number,
            "MALE" if number == 5 else "FEMALE",
        ]
        for number, name in enumerate([*BARCODES, "TCGA-ZZ-A0ZZ-01"])
    ]
    header = [
        *["sampleID", "_PATIENT", "sample_type", "PAM50Call_RNAseq", "pathologic_stage"],
        *["age_at_initial_pathologic_diagnosis", "gender"],
    ]
    source.files[f"TCGA.{project}.sampleMap/{project}_clinicalMatrix"] = _lines(header, *clinical)
    endpoints = ["OS", "OS.time", "DSS", "DSS.time", "DFI", "DFI.time", "PFI", "PFI.time"]
    survival = [
        [name, name[:12], *[number % 2, 100 + number] * 2, "", "", number % 2, 90 + number, ""]
        for number, name in enumerate(BARCODES)
    ]
    source.files[f"survival/{project}_survival.txt"] = _lines(
        ["sample", "_PATIENT", *endpoints, "Redaction"], *survival
    )


def put_gdc(source: Source, page_size: int | None = None) -> list[dict]:
    """The endpoints `files` and `data`; pages may be smaller than what is asked for."""
    hits = [_gdc_hit(number, source) for number in range(N_SAMPLES)]

    def listing(query: str) -> bytes:
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        filters = json.loads(asked["filters"])["content"]
        wanted = {part["content"]["field"]: part["content"]["value"] for part in filters}
        assert wanted["cases.project.project_id"] == ["TCGA-BRCA"]
        start, size = int(asked["from"]), min(int(asked["size"]), page_size or 10_000)
        page = hits[start : start + size]
        pagination = {"count": len(page), "total": len(hits), "size": size, "from": start}
        answer = {"data": {"hits": page, "pagination": pagination}, "warnings": {}}
        return json.dumps(answer).encode()

    source.files["files"] = listing
    return hits


def _gdc_hit(number: int, source: Source) -> dict:
    key = f"{number:08x}-1111-2222-3333-444444444444"
    counts = np.random.default_rng(number).integers(0, 5000, len(GENES))
    columns = ["unstranded", "stranded_first", "stranded_second"]
    columns += ["tpm_unstranded", "fpkm_unstranded", "fpkm_uq_unstranded"]
    rows = [
        [f"ENSG000000{place:05d}.{place % 9 + 1}", gene, "protein_coding", *[count] * 3, *[1.5] * 3]
        for place, (gene, count) in enumerate(zip(GENES, counts, strict=True))
    ]
    summary = [
        [name, "", "", 5, 5, 5, "", "", ""]
        for name in ("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous")
    ]
    content = b"# gene-model: GENCODE v36\n" + _lines(
        ["gene_id", "gene_name", "gene_type", *columns], *summary, *rows
    )
    source.files[f"data/{key}"] = content
    patient, alive = BARCODES[number][:12], number % 2 == 0
    person = {"vital_status": "Alive" if alive else "Dead", "gender": "female"}
    if not alive:
        person["days_to_death"] = 300 + number
    diagnosis = {
        "age_at_diagnosis": 20_000 + number,
        "ajcc_pathologic_stage": "Stage IIA" if number % 3 else "Not Reported",
        "tumor_grade": "not reported",
        "days_to_last_follow_up": 500 + number,
        "diagnosis_is_primary_disease": "true",
    }
    return {
        "id": key,
        "file_id": key,
        "file_name": f"{key}.rna_seq.augmented_star_gene_counts.tsv",
        "file_size": len(content),
        "md5sum": hashlib.md5(content).hexdigest(),
        "associated_entities": [
            {"entity_submitter_id": f"{BARCODES[number]}A-11R-A123-07", "case_id": patient.lower()}
        ],
        "cases": [
            {
                "submitter_id": patient,
                "project": {"project_id": "TCGA-BRCA"},
                "samples": [
                    {"submitter_id": f"{BARCODES[number]}A", "sample_type": "Primary Tumor"}
                ],
                "demographic": person,
                "diagnoses": [{"days_to_last_follow_up": None}, diagnosis],
            }
        ],
    }


def study_files() -> dict[str, bytes]:
    """The files of the study brca_metabric."""
    names = [f"MB-{number:04d}" for number in range(N_SAMPLES)]
    matrix = [
        [gene, 1000 + place, *row]
        for place, (gene, row) in enumerate(zip(GENES, _values(15, 1), strict=True))
    ]
    samples = [
        [name, name, "Breast Cancer", "Primary", number % 3 + 1, number % 5]
        for number, name in enumerate(names)
    ]
    subtypes = ["LumA", "LumB", "Her2", "Basal", "claudin-low", "Normal", "NC"]
    causes = ["Living", "Died of Disease", "Died of Other Causes"]
    patients = [
        [
            *[name, 50.5 + number % 30, "Female", subtypes[number % 7], 10.5 + number],
            *["0:LIVING" if number % 3 == 0 else "1:DECEASED", causes[number % 3]],
            *[9.5 + number, "1:Recurred" if number % 2 else "0:Not Recurred"],
        ]
        for number, name in enumerate(names)
    ]
    patient_columns = ["PATIENT_ID", "AGE_AT_DIAGNOSIS", "SEX", "CLAUDIN_SUBTYPE", "OS_MONTHS"]
    patient_columns += ["OS_STATUS", "VITAL_STATUS", "RFS_MONTHS", "RFS_STATUS"]
    sample_columns = ["PATIENT_ID", "SAMPLE_ID", "CANCER_TYPE", "SAMPLE_TYPE", "GRADE"]
    sample_columns += ["TUMOR_STAGE"]
    return {
        "meta_study.txt": b"type_of_cancer: brca\ncancer_study_identifier: brca_metabric\n",
        "data_mrna_illumina_microarray.txt": _lines(
            ["Hugo_Symbol", "Entrez_Gene_Id", *names], *matrix
        ),
        "data_clinical_sample.txt": _commented(sample_columns) + _lines(sample_columns, *samples),
        "data_clinical_patient.txt": _commented(patient_columns)
        + _lines(patient_columns, *patients),
        "data_mutations.txt": b"#version 2.4\nHugo_Symbol\n",
        "._data_clinical_patient.txt": b"\x00\x05\x16\x07",
    }


def _commented(columns: list[str]) -> bytes:
    """The four lines above the header of a clinical file."""
    kinds = (columns, columns, ["STRING"] * len(columns), ["1"] * len(columns))
    return b"".join(b"#" + _lines(list(line)) for line in kinds)


def tar_of(files: dict[str, bytes], folder: str = "brca_metabric/") -> bytes:
    """A gzipped archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def put_cbioportal(source: Source) -> None:
    """The archive of METABRIC."""
    source.files["brca_metabric.tar.gz"] = tar_of(study_files())


def series_matrix(
    series: str, platform: str, sheet: dict[str, list[str]], values: np.ndarray, ids: list[str]
) -> bytes:
    """A series matrix, its characteristics in the order of `sheet`."""

    def line(name: str, cells: list[str]) -> str:
        return "\t".join([name, *(f'"{cell}"' for cell in cells)])

    n_samples = len(next(iter(sheet.values())))
    names = [f"GSM{1000 + number}" for number in range(n_samples)]
    rows = [
        line("!Series_title", [f"Breast tumours of {series}"]),
        line("!Series_geo_accession", [series]),
        line("!Series_platform_id", [platform]),
        line("!Series_supplementary_file", [f"ftp://ftp.example/{series}_RAW.tar"]),
        "",
        line("!Sample_title", sheet.get("title", names)),
        line("!Sample_geo_accession", names),
        line("!Sample_type", ["RNA"] * n_samples),
        line("!Sample_channel_count", ["1"] * n_samples),
        *(
            line("!Sample_characteristics_ch1", [f"{key}: {value}" for value in cells])
            for key, cells in sheet.items()
            if key != "title"
        ),
        line("!Sample_data_processing", ["RMA, log2"] * n_samples),
        line("!Sample_platform_id", [platform] * n_samples),
        "!series_matrix_table_begin",
        line('"ID_REF"', names),
        *(
            "\t".join([f'"{probe}"', *map(str, row[:n_samples])])
            for probe, row in zip(ids, values, strict=True)
        ),
        "!series_matrix_table_end",
    ]
    return gzip.compress(("\n".join(rows) + "\n").encode())


PROBES = [f"{200_000 + place}_s_at" for place in range(len(GENES))]
TISSUES = ["breast cancer"] * N_TUMOURS + ["normal breast"] * N_NORMALS


def geo_listing(folder: str, names: list[str]) -> bytes:
    """The web page with which GEO lists a folder."""
    links = "\n".join(
        f'<a href="{name}">{name}</a>            2024-01-01 10:00  1.2M' for name in names
    )
    parent = f'<a href="/geo/{folder}">Parent Directory</a>'
    return f"<!DOCTYPE HTML>\n<html><body><pre>{parent}\n{links}\n</pre></body></html>".encode()


def put_geo(
    source: Source,
    series: str,
    matrices: dict[str, bytes],
    platforms: tuple[str, ...] = ("GPL570",),
) -> None:
    """A series: the listing of its folder, its matrices, the annotation of its platforms."""
    folder = f"series/{series[:-3]}nnn/{series}/matrix/"
    source.files[folder] = geo_listing(folder, list(matrices))
    for name, content in matrices.items():
        source.files[f"{folder}{name}"] = content
    for platform in platforms:
        rows = [
            [probe, f"{gene} protein", gene if place else f"{gene}///TP53P1", 7000 + place]
            for place, (probe, gene) in enumerate(zip(PROBES, GENES, strict=True))
        ]
        head = (
            f"^Annotation\n!Annotation_platform = {platform}\n#ID = ID from Platform data table\n"
        )
        table = _lines(["ID", "Gene title", "Gene symbol", "Gene ID"], *rows)
        name = f"platforms/GPLnnn/{platform}/annot/{platform}.annot.gz"
        source.files[name] = gzip.compress(
            head.encode() + b"!platform_table_begin\n" + table + b"!platform_table_end\n"
        )


def put_gse(source: Source, series: str = "GSE42568", **sheet: list[str]) -> None:
    """A series of arrays with tumours and normals, on one platform."""
    described = {"tissue": TISSUES, **sheet}
    matrix = series_matrix(series, "GPL570", described, _values(15, 2), PROBES)
    put_geo(source, series, {f"{series}_series_matrix.txt.gz": matrix})


def put_scanb(source: Source) -> None:
    """The matrix of SCAN-B, and its samples in the series matrices of two platforms."""
    titles = [*(f"F{number + 1}" for number in range(N_SAMPLES - 1)), "F1repl"]
    values = np.log2(_values(400, 3) + 0.1).round(4)
    rows = [[gene, *row] for gene, row in zip(GENES, values, strict=True)]
    csv = "\n".join(",".join(map(str, row)) for row in [["", *titles], *rows]) + "\n"
    folder = "series/GSE96nnn/GSE96058"
    name = "GSE96058_gene_expression_3273_samples_and_136_replicates_transformed.csv.gz"
    source.files[f"{folder}/suppl/{name}"] = gzip.compress(csv.encode())
    sheet = {
        "title": titles,
        "age at diagnosis": [str(40 + number) for number in range(N_SAMPLES)],
        "pam50 subtype": [["LumA", "LumB", "Her2", "Basal"][n % 4] for n in range(N_SAMPLES)],
        "nhg": [["G1", "G2", "G3", "NA"][number % 4] for number in range(N_SAMPLES)],
        "overall survival days": [str(1000 + number) for number in range(N_SAMPLES)],
        "overall survival event": [str(number % 2) for number in range(N_SAMPLES)],
    }
    for platform, part in (("GPL11154", slice(0, 20)), ("GPL18573", slice(20, None))):
        content = series_matrix(
            "GSE96058",
            platform,
            {key: cells[part] for key, cells in sheet.items()},
            np.empty((0, 0)),
            [],
        )
        path = f"{folder}/matrix/GSE96058-{platform}_series_matrix.txt.gz"
        # Each sample has one accession, whatever the platform.
        text = gzip.decompress(content).decode()
        if platform == "GPL18573":
            text = text.replace("GSM1", "GSM2")
        source.files[path] = gzip.compress(text.encode())


def put_hgnc(source: Source) -> None:
    """HGNC's complete set: several values in a cell are in quotes, and separated by bars."""
    header = ["hgnc_id", "symbol", "name", "alias_symbol", "prev_symbol", "entrez_id"]
    rows = [
        ["HGNC:2197", "COL10A1", "collagen 10", "", "", "1300", "ENSG00000123500"],
        ["HGNC:11998", "TP53", "tumor protein", '"p53|LFS1"', "", "7157", "ENSG00000141510"],
        ["HGNC:24086", "CARS1", "synthetase", "", "CARS", "833", "ENSG00000110619"],
        ["HGNC:1", "CARS1P1", "no gene", "TP53|CARS", "", "9", ""],
    ]
    source.files["hgnc_complete_set.txt"] = _lines([*header, "ensembl_gene_id"], *rows)
