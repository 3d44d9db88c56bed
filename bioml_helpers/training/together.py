"""Several processes train one model: each takes its share of every batch, and they add up their gradients.

``torchrun --nproc-per-node 2 my_script.py`` starts the same script twice. Where the script says ::

    with training.together():
        history = training.train(model, (X, y), loss_fn=loss_fn, batch_size=64)

each of the two takes 32 of the 64 examples; gradients are summed over the processes before each step (PyTorch's
``DistributedDataParallel``), so all copies of the model stay equal, and equal to the one that a single process would
train. Started without ``torchrun``, the same script trains alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed


@dataclass(frozen=True)
class Team:
    """The processes that train together: their number, and which of them this one is.

    Attributes
    ----------
    rank : int
        Number of this process, counted from 0.
    size : int
        Number of processes; 1 where nobody shares the work.

    Examples
    --------
    >>> Team(rank=1, size=2).share_of(torch.arange(5))
    tensor([3, 4])
    """

    rank: int = 0
    size: int = 1

    @staticmethod
    def now() -> Team:
        """Return the team that this process belongs to (see :func:`together`)."""
        if distributed.is_available() and distributed.is_initialized():
            return Team(distributed.get_rank(), distributed.get_world_size())
        return ALONE

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes files and speaks."""
        return self.rank == 0

    def share_of(self, rows: torch.Tensor) -> torch.Tensor:
        """Return this process's part of a batch, perhaps none; the parts differ by one at most."""
        return rows if self.size == 1 else rows.tensor_split(self.size)[self.rank]

    def weigh(self, loss: torch.Tensor, n: int) -> tuple[torch.Tensor, float, int]:
        """Return what each process needs of a batch of which it holds `n` examples with the mean loss `loss`.

        The wrapper will average the gradients over the processes, each counting alike. A process with more examples
        must count more: so the loss is multiplied by (n × processes / examples of all). Besides it come the mean loss
        over all examples of the batch, and their number.
        """
        summed, of_all = self.total(loss.item() * n if n else 0.0, n, device=loss.device)
        return loss * (n * self.size / of_all), summed / of_all, int(of_all)

    def wrap(self, model: torch.nn.Module) -> torch.nn.Module:
        """Return `model`, in a team inside PyTorch's wrapper that averages the gradients over the processes."""
        return model if self.size == 1 else torch.nn.parallel.DistributedDataParallel(model)

    def same(self, number: float, device: torch.device | None = None) -> float:
        """Return the first process's number, so that all decide alike."""
        if self.size == 1:
            return number
        told = torch.tensor(number, dtype=torch.float64 if isinstance(number, float) else torch.int64, device=device)
        distributed.broadcast(told, src=0)
        return told.item()

    def total(self, *numbers: float, device: torch.device | None = None) -> list[float]:
        """Return each number's sum over the processes."""
        if self.size == 1:
            return list(numbers)
        told = torch.tensor(numbers, dtype=torch.float64, device=device)
        distributed.all_reduce(told)
        return told.tolist()

    def own_random_numbers(self, shuffle: torch.Generator) -> None:
        """Let dropout fall differently in each process, drawn from `shuffle`, which a checkpoint holds."""
        if self.size > 1:
            ahead = torch.Generator()
            ahead.set_state(shuffle.get_state())  # a look ahead: the order of the batches stays as it is
            torch.manual_seed(int(torch.randint(2**62, (), generator=ahead)) + self.rank)


ALONE = Team()


@contextmanager
def together() -> Iterator[Team]:
    """Join the processes that ``torchrun`` started, for as long as the ``with`` block lasts; started alone, stay alone.

    Graphics cards talk by NCCL and each process takes one of them; processors talk by gloo.

    Yields
    ------
    Team
        ``team.rank`` and ``team.size``; ``team.first`` is the process that should print and write.

    Raises
    ------
    RuntimeError
        If this PyTorch was built without ``torch.distributed``.

    Examples
    --------
    >>> with together() as team:
    ...     print(team.size)
    1
    """
    if "TORCHELASTIC_RUN_ID" not in os.environ or distributed.is_initialized():
        yield Team.now()
        return
    if not distributed.is_available():
        raise RuntimeError("together: this PyTorch was built without torch.distributed; train in one process.")
    cards = torch.cuda.is_available()
    if cards:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if cards else "gloo")
    try:
        yield Team.now()
    finally:
        distributed.destroy_process_group()
