"""Calls on the workers of a dask cluster, for runs that outgrow one machine."""

import pickle
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from twinpurify.errors import ConfigurationError

LOCAL = "local"
CONNECTION_SECONDS = 10


def run_on_cluster(
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    cluster: str,
    n_jobs: int,
    description: str,
) -> list[Any]:
    """Call a function with each set of arguments on the workers, and return results in order.

    What several calls share is sent once, as a task of its own and not as scattered data: the
    scheduler can make it again when the only worker that held it dies. The call of a worker that
    dies is handed to another one.

    Parameters
    ----------
    function : callable
    calls : sequence of tuple
        Arguments of each call.
    cluster : str
        Address of a scheduler, or ``local`` for workers on this machine.
    n_jobs : int
        Workers of a local cluster; -1 for one a core.
    description : str
        Shown before the progress bar.

    Raises
    ------
    ConfigurationError
        If dask isn't installed, the scheduler can't be reached, or a call kills its workers.
    """
    with _connected(cluster, n_jobs) as client:
        from distributed import KilledWorker

        try:
            with warnings.catch_warnings():
                # A cohort is large: what is shared is sent once, and models have to be sent.
                warnings.filterwarnings("ignore", "Sending large graph")
                results = _collect(client, _placed(client, function, calls), description)
        except KilledWorker as error:
            raise ConfigurationError(
                f"{description}: a call ended several workers of the cluster, most often since "
                "memory ran out: give the workers more (setting cluster)"
            ) from error
    return [pickle.loads(result) for result in results]


def _collect(client: Any, calls: list[tuple[Any, ...]], description: str) -> list[bytes]:
    """Hand out all calls and wait for them; the first error is raised at once."""
    from distributed import as_completed
    from tqdm import tqdm

    # pure=False: equal arguments of two runs are not taken for one call.
    futures = [client.submit(_call, *packed, pure=False) for packed in calls]
    finished = as_completed(futures, with_results=True)
    # disable=None: no bar where nobody watches, so that logs of batch jobs stay readable.
    bar = tqdm(finished, total=len(calls), desc=description, leave=False, disable=None)
    results = {future.key: result for future, result in bar}
    return [results[future.key] for future in futures]


def _placed(
    client: Any, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Pack calls; what several of them share becomes one task that holds it."""
    calls = [(function, *arguments) for arguments in calls]
    used = Counter(id(value) for values in calls for value in values)
    packed: dict[int, Any] = {}
    for value in (value for values in calls for value in values):
        if id(value) not in packed:
            content = _pack(value)
            shared = used[id(value)] > 1
            packed[id(value)] = client.submit(bytes, content, pure=False) if shared else content
    return [tuple(packed[id(value)] for value in values) for values in calls]


def _call(*packed: bytes) -> bytes:
    """Call a function with arguments, all of them packed, and pack what it returns."""
    function, *arguments = (pickle.loads(content) for content in packed)
    return _pack(function(*arguments))


def _pack(value: Any) -> bytes:
    """Turn a value into bytes.

    Left to itself, dask hands arrays over as slices of a message, at any address: numpy adds
    misaligned numbers up in another order, and the last bits of a result come out different.
    """
    import cloudpickle

    return cloudpickle.dumps(value)


@contextmanager
def _connected(cluster: str, n_jobs: int) -> Iterator[Any]:
    """Connect to a scheduler, or start one with workers of one thread, for the time of a block."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ConfigurationError(
            f"cluster is {cluster!r}, and dask isn't installed: pip install 'twinpurify[cluster]', "
            "or leave the setting cluster empty for processes on this machine"
        ) from None
    if cluster == LOCAL:
        workers = None if n_jobs < 0 else n_jobs
        # Any free port, so that clusters of several runs don't meet.
        options = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
        with LocalCluster(n_workers=workers, **options) as started, Client(started) as client:
            yield client
        return
    try:
        client = Client(cluster, timeout=CONNECTION_SECONDS)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"no dask scheduler answers at {cluster!r} ({error}); the setting cluster takes an "
            "address such as tcp://host:8786, or local, or nothing for processes on this machine"
        ) from None
    with client:
        yield client
