"""Whether an embedding has collapsed: its singular values on patients that no fit has seen."""

import pandas as pd

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.representation.self_supervised.spectrum import collapse_diagnostics, singular_values
from twinpurify.studies.label_efficiency.cells import Cell
from twinpurify.studies.label_efficiency.repeats import Repeat

SPECTRA = ["cohort", "pretrained_on", "method", "repeat", "quantity", "component", "value"]
SINGULAR_VALUE = "singular_value"


def embedding_spectrum(cell: Cell, repeat: Repeat, method: EmbeddingMethod) -> pd.DataFrame:
    """Take the singular values of the test patients' embedding, and what they tell of a collapse.

    Parameters
    ----------
    cell : Cell
    repeat : Repeat
    method : EmbeddingMethod
        Fitted.

    Returns
    -------
    DataFrame
        Columns ``SPECTRA``: ``singular_value`` by its place, as a share of the largest; and the
        diagnostics, whose component is 0.
    """
    import torch

    embedding = method.transform(repeat.test.profiles)
    # The encoder's own output: brought to one scale, a dead dimension looks alive.
    embedding = torch.from_numpy(embedding * getattr(method, "embedding_scale_", 1.0))
    values = singular_values(embedding)
    shares = (values / values.max().clamp(min=1e-30)).tolist()
    rows = [(SINGULAR_VALUE, place, share) for place, share in enumerate(shares, start=1)]
    rows += [(name, 0, float(value)) for name, value in collapse_diagnostics(embedding).items()]
    table = pd.DataFrame(rows, columns=["quantity", "component", "value"])
    named = table.assign(
        cohort=repeat.cohort,
        pretrained_on=repeat.material.name,
        method=cell.method,
        repeat=repeat.number,
    )
    return named[SPECTRA]
