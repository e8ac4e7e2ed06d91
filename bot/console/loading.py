"""Bringing knowledge into a cluster from a terminal, and comparing the two."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.errors import EngineError
from bot.opensearch.connection import Cluster
from bot.opensearch.load import Loader
from bot.opensearch.load import Progress as Step
from bot.presentation.texts import say
from bot.settings import Settings
from bot.watch import address_of, load_to_send

_NAMED = 5
"""Documents that a line names."""


def load(folder: Path, settings: Settings, anew: bool, shards: int | None, replicas: int | None) -> Iterator[str]:
    """Bring a knowledge folder into the cluster and tell what came of it, line by line.

    Args:
        anew: all of it, into a new index.
        shards, replicas: see `opensearch.load.Loader`.

    Raises:
        KnowledgeError: the folder can't be used, or the cluster can't take it.
    """
    if not settings.opensearch_urls:
        raise EngineError("engine.no_engine")
    cluster = Cluster(address_of(settings))
    console = Console(stderr=True)
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:.0f} %")
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("documents", "comparing"), total=None)

        def progress(step: Step) -> None:
            bar.update(task, description=say("loading", step.step), completed=step.done, total=step.total or None)

        index, model = load_to_send(folder, settings.meaning, lambda done, total: bar.update(task, completed=done, total=total))
        loaded = Loader(cluster, index, model, shards=shards, replicas=replicas, progress=progress).load(anew)
    told = loaded._asdict()
    key = "changed" if not loaded.anew else "anew" if loaded.passages else "only_whole"
    yield say("loading", key, **{name: told[name] for name in _TOLD[key]})
    if loaded.whole:
        yield say("loading", "whole", whole=loaded.whole, carried=loaded.carried)
    if loaded.refused:
        yield say("loading", "refused", refused=loaded.refused)
    if loaded.copied is False:
        yield say("loading", "not_copied")


_TOLD = {"anew": ("name", "passages", "sent"), "only_whole": ("name",), "changed": ("name", "passages", "sent", "removed")}


def comparison_lines(folder: Path, settings: Settings) -> Iterator[str]:
    """How the cluster differs from a knowledge folder.

    Raises:
        KnowledgeError: the folder can't be used, or the cluster does not answer.
    """
    index, model = load_to_send(folder, settings.meaning)
    loader = Loader(Cluster(address_of(settings)), index, model)
    differences, lost = loader.differences(), loader.lost()
    for key, documents in zip(("missing", "surplus", "differing"), differences, strict=True):
        if documents:
            more = f" (+{len(documents) - _NAMED})" if len(documents) > _NAMED else ""
            yield say("loading", key, documents=", ".join(documents[:_NAMED]) + more)
    if lost > 0:
        yield say("loading", "lost", count=lost)
    if not any(differences) and lost <= 0:
        yield say("loading", "same", name=settings.opensearch_name)
