"""Independent pieces of a node side by side on the cores or on a cluster, with a progress bar."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from threading import RLock
from typing import Any

from twinpurify.errors import ConfigurationError

# The number of threads is the process's: calls in two threads of one worker would lift each
# other's limit, and sums would be added up in another order.
ONE_AT_A_TIME = RLock()


def run_side_by_side(
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    n_jobs: int,
    description: str,
    cluster: str = "",
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
    cluster : str
        Address of a dask scheduler whose workers do it instead, ``local`` for such workers on
        this machine, or empty.

    Raises
    ------
    ConfigurationError
        If a process is ended from outside, or the cluster can't be used.
    """
    if not calls:
        return []
    handed = [(function, *arguments) for arguments in calls]
    if cluster:
        # Loaded here, since few runs need it.
        from twinpurify.parallel.cluster import run_on_cluster

        return run_on_cluster(_with_one_thread, handed, cluster, n_jobs, description)
    return _on_this_machine(handed, min(n_jobs, len(calls)), description)


def _on_this_machine(calls: list[tuple[Any, ...]], n_jobs: int, description: str) -> list[Any]:
    """Spread calls over processes."""
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError
    from tqdm import tqdm

    parallel = Parallel(n_jobs=n_jobs, return_as="generator")
    results = parallel(delayed(_with_one_thread)(*arguments) for arguments in calls)
    # disable=None: no bar where nobody watches, so that logs of batch jobs stay readable.
    bar = tqdm(results, total=len(calls), desc=description, leave=False, disable=None)
    try:
        return list(bar)
    except TerminatedWorkerError as error:
        raise ConfigurationError(
            f"{description}: a process was ended from outside, most often since memory ran out: "
            f"lower n_jobs (it is {n_jobs})"
        ) from error


def _with_one_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """Keep BLAS, OpenMP and torch to one thread during a call."""
    from threadpoolctl import threadpool_limits

    # Without the extra `networks` there is no torch to hold back.
    if find_spec("torch") is None:
        with ONE_AT_A_TIME, threadpool_limits(1):
            return function(*arguments)
    import torch

    with ONE_AT_A_TIME:
        n_threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with threadpool_limits(1):
                return function(*arguments)
        finally:
            torch.set_num_threads(n_threads)
