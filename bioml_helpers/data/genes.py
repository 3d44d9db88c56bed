"""DNA and expression data of chapters 4 and 5: promoters of two species, introns of yeast, its cell cycle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from . import splits

Paths = dict[str, Path]

# Sequences count as related where one shares this part of its words of 10 bases with the other. Duplicated genes differ
# in a base of seven or so, most of all in their introns; pieces of one genome either overlap or do not.
WORD, SHARED = 10, {"promoters": 0.2, "introns": 0.1}

MINUTES = tuple(range(0, 250, 5))  # of the cell-cycle series


def read_sigma70(paths: Paths) -> pd.DataFrame:
    """Return the 3,839 sequences of *E. coli*: name, sequence (81 letters), whether it is a promoter, group."""
    return _promoters(paths["Ecoli_prom.fa"], paths["Ecoli_non_prom.fa"])


def read_mouse_promoters(paths: Paths) -> pd.DataFrame:
    """Return the 4,785 sequences of the mouse: name, sequence (251 letters), whether it is a promoter, group."""
    return _promoters(paths["Mouse_tata.fa"], paths["Mouse_nonprom.fa"])


def read_introns(paths: Paths) -> pd.DataFrame:
    """Return the 270 genes: gene, sequence, introns as (start, end) counted from 0 (end excluded), group."""
    genes = {name.split()[0]: text for name, text in read_fasta(paths["GCF_000146045.2_R64_genes_with_introns.fsa"])}
    introns: dict[str, list[tuple[int, int]]] = {gene: [] for gene in genes}
    lines = paths["GCF_000146045.2_R64_introns.txt"].read_text(encoding="ascii").split("\n")
    for _, gene, first, last in (line.split() for line in lines if line.strip()):
        introns[gene].append((int(first) - 1, int(last)))  # the file counts from 1 and includes the last base
    return pd.DataFrame(
        {
            "gene": list(genes),
            "sequence": list(genes.values()),
            "introns": [tuple(sorted(introns[gene])) for gene in genes],
            "group": splits.group_by_similarity(list(genes.values()), k=WORD, threshold=SHARED["introns"]),
        }
    )


def read_cell_cycle(paths: Paths) -> pd.DataFrame:
    """Return the 1,705 genes: gene, and its expression at 0, 5, …, 245 minutes (one column each)."""
    table = pd.read_csv(paths["oscillating-genes_normalized-profiles.tsv"], sep="\t", index_col=0)
    if table.shape[1] != len(MINUTES):
        raise ValueError(f"cell_cycle: expected {len(MINUTES)} time points, got {table.shape[1]}.")
    table.columns = [str(minute) for minute in MINUTES]
    return table.astype(float).rename_axis("gene").reset_index()


def read_fasta(path: Path) -> list[tuple[str, str]]:
    """Return (name, sequence) of each record, the lines of a sequence joined and in capitals.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.fa"
    >>> _ = path.write_text(">one first\\nACGT\\nAC\\n> two\\nttt\\n")
    >>> read_fasta(path)
    [('one first', 'ACGTAC'), ('two', 'TTT')]
    """
    records: list[tuple[str, list[str]]] = []
    for number, line in enumerate(path.read_text(encoding="latin-1").splitlines(), start=1):
        if line.startswith(">"):
            records.append((line[1:].strip(), []))
        elif line.strip() and not records:
            raise ValueError(f"{path.name}: line {number}: expected a line that begins with '>', got {line!r}.")
        elif line.strip():
            records[-1][1].append(line.strip().upper())
    return [(name, "".join(parts)) for name, parts in records]


def _promoters(promoters: Path, others: Path) -> pd.DataFrame:
    yes, no = read_fasta(promoters), read_fasta(others)
    sequences = [text for _, text in yes + no]
    return pd.DataFrame(
        {
            "name": [f"P{number:04d}" for number in range(1, len(yes) + 1)]
            + [f"N{number:04d}" for number in range(1, len(no) + 1)],
            "sequence": sequences,
            "is_promoter": [True] * len(yes) + [False] * len(no),
            "group": splits.group_by_similarity(sequences, k=WORD, threshold=SHARED["promoters"]),
        }
    )
