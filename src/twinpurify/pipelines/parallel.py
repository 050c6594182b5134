"""Independent pieces of a node side by side on the cores, with a progress bar."""

from collections.abc import Callable, Sequence
from typing import Any


def run_side_by_side(
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    n_jobs: int,
    description: str,
) -> list[Any]:
    """Call a function with each set of arguments, and return the results in their order.

    Each call computes with one thread: two processes with a thread each are faster here than one
    with two, far less disturbed by other work on the machine, and the sums are added up in the
    same order whatever the number of cores, so that a result doesn't depend on it.

    Parameters
    ----------
    function : callable
        At the top level of a module.
    calls : sequence of tuple
        Arguments of each call.
    n_jobs : int
        Processes; -1 for one a core, 1 to stay in this process.
    description : str
        Shown before the progress bar.
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    parallel = Parallel(n_jobs=min(n_jobs, len(calls)), return_as="generator")
    results = parallel(delayed(_with_one_thread)(function, arguments) for arguments in calls)
    # disable=None: no bar where nobody watches, so that logs of batch jobs stay readable.
    return list(tqdm(results, total=len(calls), desc=description, leave=False, disable=None))


def _with_one_thread(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Keep BLAS, OpenMP and torch to one thread during a call."""
    import torch
    from threadpoolctl import threadpool_limits

    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            return function(*arguments)
    finally:
        torch.set_num_threads(n_threads)
