"""Nodes that draw the figures of survival."""

from collections.abc import Callable

import pandas as pd

from twinpurify.pipelines.reporting.figures import or_reason, own
from twinpurify.pipelines.types import Figure


def make_draw_kaplan_meier(endpoint: str) -> Callable[..., Figure]:
    """Make the node function that draws the curves of an endpoint."""

    @or_reason
    def draw_kaplan_meier(tables: dict[str, pd.DataFrame], method: str) -> Figure:
        """Draw survival by thirds of the risk that was predicted for held-out patients."""
        from twinpurify.evaluation.declaration.task import Task
        from twinpurify.plots.names import method_name, task_name
        from twinpurify.plots.survival.kaplan_meier import kaplan_meier
        from twinpurify.plots.survival.survival_thirds import survival_thirds

        thirds = survival_thirds(tables, method, task := str(Task("survival", endpoint=endpoint)))
        title = f"{task_name(task)}, {method_name(method)}"
        return kaplan_meier(thirds["time"], thirds["event"], thirds["third"], title)

    return draw_kaplan_meier


@or_reason
def draw_survival_forest(summary: pd.DataFrame) -> Figure:
    """Draw the concordance of all methods and endpoints."""
    from twinpurify.plots.survival.survival_forest import survival_forest

    return survival_forest(own(summary))
