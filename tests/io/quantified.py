"""Output folders of quantifiers as they write them, for the tests of their readers."""

import gzip

from twinpurify.cohort.declaration.sources import ExpressionTable, IdTable

TRANSCRIPTS = ["ENST00000456328.2", "ENST00000450305.2", "ENST00000488147.1", "ENST00000619216.1"]
GENES = ["ENSG00000223972", "ENSG00000223972", "ENSG00000227232", "ENSG00000278267"]
TABLE = IdTable(path="tx2gene.tsv", from_column="tx", to_column="gene")


def write(folder, name, content):
    """Write text, packed when the name says so."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def write_table(folder, transcripts=TRANSCRIPTS, genes=GENES):
    """Write the table of transcripts and genes."""
    rows = zip(transcripts, genes, strict=True)
    text = "tx\tgene\n" + "".join(f"{transcript}\t{gene}\n" for transcript, gene in rows)
    return write(folder, "tx2gene.tsv", text)


def rows(header, *lines):
    """A tab-separated text."""
    return "".join("\t".join(map(str, line)) + "\n" for line in (header, *lines))


def quant_sf(counts, names=TRANSCRIPTS):
    """salmon's quant.sf or quant.genes.sf; TPM is a tenth of the counts."""
    header = ("Name", "Length", "EffectiveLength", "TPM", "NumReads")
    lines = [(name, 1657, 1441.0, n / 10, n) for name, n in zip(names, counts, strict=True)]
    return rows(header, *lines)


def abundance(counts, names=TRANSCRIPTS):
    """kallisto's abundance.tsv."""
    header = ("target_id", "length", "eff_length", "est_counts", "tpm")
    lines = [(name, 1657, 1441.0, n, n / 10) for name, n in zip(names, counts, strict=True)]
    return rows(header, *lines)


def isoforms(counts, names=TRANSCRIPTS, genes=GENES):
    """RSEM's isoforms.results; FPKM is a fifth of the counts."""
    header = [
        "transcript_id",
        "gene_id",
        "length",
        "effective_length",
        "expected_count",
        "TPM",
        "FPKM",
        "IsoPct",
    ]
    lines = [
        (name, gene, 1657, 1441.0, n, n / 10, n / 5, 100.0)
        for name, gene, n in zip(names, genes, counts, strict=True)
    ]
    return rows(header, *lines)


def genes_results(counts, genes):
    """RSEM's genes.results."""
    header = [
        "gene_id",
        "transcript_id(s)",
        "length",
        "effective_length",
        "expected_count",
        "TPM",
        "FPKM",
    ]
    lines = [
        (gene, "a,b", 1657.0, 1441.0, n, n / 10, n / 5)
        for gene, n in zip(genes, counts, strict=True)
    ]
    return rows(header, *lines)


def read(reader, folder, **declared):
    """Read a folder as a cohort declares it; its raw folder is the folder itself."""
    table = ExpressionTable(path=".", format=reader.__name__.rpartition(".")[2], **declared)
    return reader.read_expression(folder, table, folder)
