"""Bad downloads and folders: of the GDC, GEO, cBioPortal, quantifiers and HDF5 archives."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import anndata as ad
import h5py
import numpy as np

from twinpurify.errors import ConfigurationError, TableError

from .small_cohort import Case, both, matrix, put

IDS = ["006e1522-cf0e-47e5-95e2-5e2de7c69033", "01daeea0-2a6d-450e-b541-5e403e998637"]
ENSEMBL = ["ENSG00000000003.13", "ENSG00000000005.5", "ENSG00000000419.11"]
TAIL = "__no_feature\t9\n__ambiguous\t9\n"
STAR = "gene_id\tgene_name\tgene_type\tunstranded\nENSG00000000003.15\tTSPAN6\tprotein_coding\t7\n"
MANIFEST = "id\tfilename\tmd5\tsize\tstate\n"
SERIES = (
    '!Series_geo_accession\t"GSE1"\n'
    '!Series_supplementary_file\t"ftp://ftp.ncbi.nlm.nih.gov/GSE1_counts.txt.gz"\n'
    '!Sample_geo_accession\t"GSM1"\t"GSM2"\n'
    "!series_matrix_table_begin\n"
    '"ID_REF"\t"GSM1"\t"GSM2"\n'
)
STUDY = "Hugo_Symbol\tEntrez_Gene_Id\tTCGA-A1-A000-01\nTP53\t7157\t3.5\n"
QUANT = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
RSEM = (
    "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    "G\tT\t9\t9\t1\t1\t1\n"
)
ISOFORMS = "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
TRANSCRIPTS = {"path": "tx2gene.tsv", "from_column": "tx", "to_column": "gene"}


def source(path: str, **more: object) -> dict[str, object]:
    """Settings of a matrix that brings its own sheet, or needs none."""
    return {"expression": {"path": path, **more}, "samples": {}}


def htseq(genes: Sequence[str] = ENSEMBL, ending: str = TAIL) -> bytes:
    return gzip.compress(("".join(f"{gene}\t5\n" for gene in genes) + ending).encode())


def gdc(*contents: bytes, manifest: str | None = None) -> Callable[[Path], object]:
    """A folder of count files of the GDC, as its client leaves it."""
    files = [
        put(f"gdc/{name}/{name[:4]}.htseq.counts.gz", content)
        for name, content in zip(IDS, contents, strict=False)
    ]
    return both(*files, *([put("gdc/gdc_manifest.txt", manifest)] if manifest else []))


def salmon(*names: str) -> Callable[[Path], object]:
    """A folder of salmon's output for two samples."""
    content = QUANT + "".join(f"{name}\t900\t700\t1\t5\n" for name in names)
    return both(put("salmon/s1/quant.sf", content), put("salmon/s2/quant.sf", content))


def archs4(folder: Path) -> None:
    with h5py.File(folder / "human.h5", "w") as file:
        file["data/expression"] = np.ones((3, 2), dtype=np.uint32)
        file["meta/genes/symbol"] = ["TP53", "ESR1", "GATA3"]
        file["meta/samples/geo_accession"] = ["GSM1", "GSM2"]


def recount3(folder: Path) -> None:
    with h5py.File(folder / "counts.h5", "w") as file:
        file["counts"] = np.ones((3, 2), dtype=np.uint32)
        file["gene_id"] = ["TP53", "ESR1", "GATA3", "KRT5"]
        file["sample_id"] = ["s1", "s2"]


def h5ad(folder: Path) -> Path:
    ad.AnnData(matrix().T.astype(np.float32)).write_h5ad(folder / "m.h5ad")
    return folder / "m.h5ad"


def damaged_h5ad(folder: Path) -> None:
    content = h5ad(folder).read_bytes()
    (folder / "m.h5ad").write_bytes(content[: len(content) // 2])


PORTALS = {
    "GDC: two kinds of counts": Case(
        both(gdc(htseq()), put("gdc/x/b.rna_seq.augmented_star_gene_counts.tsv", STAR)),
        source("gdc"),
        TableError,
        r"gdc holds two kinds of counts, which don't compare: .*set expression\.path to one of "
        r"them",
    ),
    "GDC: files of the manifest missing": Case(
        gdc(htseq(), manifest=f"{MANIFEST}{IDS[1]}\tother.htseq.counts.gz\tx\t9\tlive\n"),
        source("gdc"),
        TableError,
        r"None of the count files that the manifest of .*gdc lists is in it: .*other\.htseq.*"
        r"gdc-client download",
    ),
    "GDC: a file cut off": Case(
        gdc(htseq(), manifest=f"{MANIFEST}{IDS[0]}\t006e.htseq.counts.gz\tx\t99999\tlive\n"),
        source("gdc"),
        TableError,
        r"1 of the 1 count files of .*gdc haven't the size that the manifest states: .*fetch them",
    ),
    "GDC: truncated gzip": Case(
        gdc(htseq(), htseq()[:-9]),
        source("gdc"),
        TableError,
        r"01da\.htseq\.counts\.gz can't be read .*damaged or cut off: fetch or make it again",
    ),
    "GDC: different genes": Case(
        gdc(htseq(), htseq(ENSEMBL[:2])),
        source("gdc"),
        TableError,
        r"1 of the 2 files of .*gdc don't hold the same genes as .*lacks 'ENSG00000000419\.11' "
        r"\(1 ",
    ),
    "GDC: empty folder": Case(
        put("gdc/readme.txt", "gone"),
        source("gdc", format="gdc"),
        TableError,
        r"gdc holds no \*\.htseq\.counts\.gz .*but 'readme\.txt' .*expression\.path or "
        r"expression\.format",
    ),
    "GDC: a column that HTSeq lacks": Case(
        gdc(htseq()),
        source("gdc", values="tpm_unstranded"),
        ConfigurationError,
        r"expression\.values is 'tpm_unstranded', but files of HTSeq counts have nothing else",
    ),
    "series matrix cut off": Case(
        put("GSE1_series_matrix.txt.gz", gzip.compress(f'{SERIES}"1007_s_at"\t1\t2\n'.encode())),
        source("GSE1_series_matrix.txt.gz"),
        TableError,
        r"GSE1_series_matrix\.txt\.gz is cut off: the line !series_matrix_table_end is missing",
    ),
    "series matrix of an RNA-seq series": Case(
        put("GSE1_series_matrix.txt", f"{SERIES}!series_matrix_table_end\n"),
        source("GSE1_series_matrix.txt"),
        TableError,
        r"holds no values: its table is empty.*supplementary files .*'GSE1_counts\.txt\.gz'",
    ),
    "series matrix without a table": Case(
        put("GSE1_series_matrix.txt", SERIES.partition("!series_matrix")[0]),
        source("GSE1_series_matrix.txt"),
        TableError,
        r"has no line !series_matrix_table_begin: it is cut off.*expression\.format",
    ),
    "cBioPortal: z-scores alone": Case(
        put("study/data_mrna_seq_v2_rsem_zscores_ref_all_samples.txt", STUDY),
        source("study", format="cbioportal"),
        TableError,
        r"study has no file of expression .*there are "
        r"'data_mrna_seq_v2_rsem_zscores.*expression\.path",
    ),
    "cBioPortal: several files": Case(
        both(
            put("study/data_mrna_seq_v2_rsem.txt", STUDY), put("study/data_mrna_agilent.txt", STUDY)
        ),
        source("study", format="cbioportal"),
        TableError,
        r"study has several files of expression: 'data_mrna_agilent\.txt', .*expression\.values",
    ),
    "cBioPortal: z-scores named": Case(
        both(
            put("study/data_mrna_seq_v2_rsem.txt", STUDY),
            put("study/data_mrna_seq_v2_rsem_zscores.txt", STUDY),
        ),
        source("study", format="cbioportal", values="data_mrna_seq_v2_rsem_zscores"),
        ConfigurationError,
        r"expression\.values names 'data_mrna_seq_v2_rsem_zscores', which holds z-scores: .*Name "
        r"the "
        r"file .*'data_mrna_seq_v2_rsem\.txt'",
    ),
    "cBioPortal: no samples": Case(
        put("study/data_mrna_seq_v2_rsem.txt", STUDY),
        source("study", format="cbioportal"),
        TableError,
        r"study has no data_clinical_sample\.txt.*Fetch it, or set samples\.path",
    ),
    "Xena: the sheet isn't named": Case(
        put("HiSeqV2", "sample\tTCGA-A1-A000-01\tTCGA-A1-A001-01\nTP53\t3\t4\n"),
        source("HiSeqV2"),
        TableError,
        r"HiSeqV2 is of the format xena, which carries no sample sheet\. Set samples\.path",
    ),
}

QUANTIFIED = {
    "salmon: no table of transcripts": Case(
        salmon("ENST00000456328.2"),
        source("salmon"),
        ConfigurationError,
        r"quant\.sf holds transcripts \('ENST00000456328\.2' .*Set expression\.transcripts",
    ),
    "salmon: transcripts of another annotation": Case(
        both(salmon("ENST00000456328.2"), put("tx2gene.tsv", "tx\tgene\nNM_1\tTP53\n")),
        source("salmon", transcripts=TRANSCRIPTS),
        TableError,
        r"1 of the 1 transcripts have no gene in .*'ENST00000456328.*there are 'NM_1'.*from_column",
    ),
    "salmon: column of the table misspelt": Case(
        both(salmon("ENST00000456328.2"), put("tx2gene.tsv", "TX\tgene\nENST00000456328\tTP53\n")),
        source("salmon", transcripts=TRANSCRIPTS),
        TableError,
        r"tx2gene\.tsv these columns are missing: expression\.transcripts\.from_column: 'tx' \(did "
        r"you mean 'TX'\?\)",
    ),
    "kallisto: binary files alone": Case(
        both(put("kallisto/s1/abundance.h5", "x"), put("kallisto/s2/abundance.h5", "x")),
        source("kallisto"),
        TableError,
        r"abundance\.h5 without abundance\.tsv: 's1', 's2' \(2 in all\)\. .*kallisto h5dump",
    ),
    "RSEM: genes of some, transcripts of others": Case(
        both(put("rsem/a.genes.results", RSEM), put("rsem/b.isoforms.results", ISOFORMS)),
        source("rsem"),
        TableError,
        r"rsem some samples have files of genes alone: 'a' .*others of transcripts alone: 'b'",
    ),
    "RSEM: unknown values": Case(
        put("rsem/a.genes.results", RSEM),
        source("rsem", values="tmp"),
        ConfigurationError,
        r"expression\.values is 'tmp', but rsem gives one of counts, tpm, fpkm \(did you mean 'tpm",
    ),
    "RSEM: a file without rows": Case(
        both(put("rsem/a.genes.results", RSEM), put("rsem/b.genes.results", "")),
        source("rsem"),
        TableError,
        r"b\.genes\.results is empty\. Fetch or make it again, or take it out of the folder",
    ),
}

FILES = {
    "GCT: genes counted wrongly": Case(
        put("m.gct", "#1.2\n3\t2\nName\tDescription\ts1\ts2\nA\tx\t1\t2\nB\ty\t3\t4\n"),
        source("m.gct"),
        TableError,
        r"m\.gct declares 3 genes in its second line and holds 2: it was cut off\. Fetch",
    ),
    "GCT: samples counted wrongly": Case(
        put("m.gct", "#1.2\n2\t9\nName\tDescription\ts1\ts2\nA\tx\t1\t2\nB\ty\t3\t4\n"),
        source("m.gct"),
        TableError,
        r"m\.gct declares 9 samples and 1 columns about genes .*its header has 4\. "
        r".*expression\.path",
    ),
    "GCT: no sheet within": Case(
        put("m.gct", "#1.2\n2\t2\nName\tDescription\ts1\ts2\nA\tx\t1\t2\nB\ty\t3\t4\n"),
        source("m.gct"),
        TableError,
        r"m\.gct is GCT 1\.2 and says nothing of its samples\. Set samples\.path",
    ),
    "h5ad: cut off": Case(
        damaged_h5ad,
        source("m.h5ad"),
        TableError,
        r"m\.h5ad can't be read as HDF5: .*It is damaged or cut off.*fetch it again",
    ),
    "h5ad: no such layer": Case(
        h5ad,
        source("m.h5ad", values="counts"),
        ConfigurationError,
        r"expression\.values is 'counts', which .*m\.h5ad doesn't hold\. Set it to one of 'X'",
    ),
    "ARCHS4: samples that it lacks": Case(
        both(archs4, put("wanted.txt", "GSM1\nGSM7\n")),
        source("human.h5", samples="wanted.txt"),
        TableError,
        r"human\.h5 lacks 1 of the 2 samples of expression\.samples: 'GSM7' .*Take them out",
    ),
    "ARCHS4: no samples asked for": Case(
        both(archs4, put("wanted.txt", "\n\n")),
        source("human.h5", samples="wanted.txt"),
        TableError,
        r"wanted\.txt names no samples\. Write one id a line, or correct expression\.samples",
    ),
    "recount3: names of another matrix": Case(
        recount3,
        source("counts.h5"),
        TableError,
        r"counts\.h5 has shape \(3, 2\), but there are 4 genes and 2 samples\. "
        r".*expression\.values",
    ),
}

CASES = {**PORTALS, **QUANTIFIED, **FILES}
