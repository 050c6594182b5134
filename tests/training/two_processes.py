"""Run a function of a test in two processes that train together."""

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch.distributed as dist

N_PROCESSES = 2


def in_two_processes(module: str, call: str) -> list[Any]:
    """Return what ``call`` gives in each of two processes of a gloo group.

    Parameters
    ----------
    module : str
        File of the test that holds the function.
    call : str
        Expression on the names of that module.
    """
    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.executable, __file__, module, call, folder]
        running = [
            subprocess.Popen([*arguments, str(rank)], stderr=subprocess.PIPE, text=True)
            for rank in range(N_PROCESSES)
        ]
        for process in running:
            _, errors = process.communicate(timeout=120)
            if process.returncode:
                raise RuntimeError(errors)
        # Written by the processes above, and by nobody else.
        return [
            pickle.loads((Path(folder) / f"{rank}.pkl").read_bytes()) for rank in range(N_PROCESSES)
        ]


def main() -> None:
    """Join the group, call, and write down what came out."""
    module, call, folder, rank = sys.argv[1:]
    store = dist.FileStore(str(Path(folder) / "store"), N_PROCESSES)
    dist.init_process_group("gloo", store=store, rank=int(rank), world_size=N_PROCESSES)
    path = Path(module)
    sys.path.insert(0, str(path.parent))
    found = eval(call, vars(__import__(path.stem)))
    (Path(folder) / f"{rank}.pkl").write_bytes(pickle.dumps(found))
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
