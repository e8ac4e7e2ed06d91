"""The commands of this room: evaluate, benchmark, fit, ablate. Heavy modules are imported inside them."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import QuestionSetError
from bot.presentation.texts import say
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.examples import SetOfQuestions

DONE = 0


def evaluate_options(command: argparse.ArgumentParser) -> None:
    """The options of `evaluate`."""
    command.add_argument("questions", nargs="+", type=Path, metavar="VRAGEN", help=_help("option_question_sets"))
    command.add_argument("--report", type=Path, metavar="BESTAND", help=_help("option_report"))
    command.add_argument("--misses", action="store_true", help=_help("option_misses"))


def benchmark_options(command: argparse.ArgumentParser) -> None:
    """The options of `benchmark`."""
    command.add_argument("folders", nargs="*", type=Path, metavar="MAP", help=_help("option_folders"))
    command.add_argument("--run-file", type=Path, metavar="BESTAND", help=_help("option_run_file"))
    command.add_argument("--baseline", action="store_true", help=_help("option_baseline"))
    command.add_argument("--speed", action="store_true", help=_help("option_speed"))


def ablate_options(command: argparse.ArgumentParser) -> None:
    """The options of `ablate`."""
    command.add_argument("--questions", action="append", required=True, metavar="BESTAND[=MAP]", help=_help("option_fit_questions"))
    command.add_argument("--weight", action="append", default=[], metavar="NAAM=W[,Z]", help=_help("option_weight"))
    command.add_argument("--threshold", type=float, metavar="KANS", help=_help("option_threshold"))


def fit_options(command: argparse.ArgumentParser) -> None:
    """The options of `fit`."""
    ablate_options(command)
    command.add_argument("--output", type=Path, metavar="BESTAND", help=_help("option_output"))
    command.add_argument("--dry-run", action="store_true", help=_help("option_dry_run"))


def _help(name: str) -> str:
    return say("commands", name).replace("%", "%%")


def evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """Score question sets, print the figures, and write a report where one is wanted."""
    from bot.evaluation.messages import read_messages, score_messages
    from bot.evaluation.question_sets import read_question_set
    from bot.evaluation.scoring import score
    from bot.evaluation.summary import message_lines, message_miss_lines, miss_lines, summary_lines
    from bot.watch import load_assistant

    messages = {path: read_messages(path) for path in options.questions}
    cases = [case for path, items in messages.items() if not items for case in read_question_set(path)]
    assistant = load_assistant(options.knowledge or settings.knowledge_dir)
    counted = list(score_messages(assistant, [item for items in messages.values() for item in items]))
    if counted:
        _print_lines(message_lines(counted))
        _print_lines(message_miss_lines(counted) if options.misses else ())
    if not cases:
        return DONE
    scored = score(assistant, cases, explain=options.misses or options.report is not None)
    _print_lines(summary_lines(scored))
    if options.misses:
        _print_lines(miss_lines(scored))
    if options.report:
        from bot.evaluation.report import html_report

        title = ", ".join(path.name for path in options.questions)
        _write(options.report, html_report(scored, assistant, title))
        print(say("evaluation", "written", path=options.report))
    return DONE


def benchmark(options: argparse.Namespace, settings: Settings) -> int:
    """Rank BEIR-format sets, or measure speed."""
    from bot.evaluation.beir import BASELINES, read_benchmark, run_baseline, run_benchmark, trec_lines
    from bot.evaluation.summary import run_lines, speed_lines

    if not options.folders and not options.speed:
        raise QuestionSetError("benchmark.nothing")
    lines: list[str] = []
    for folder in options.folders:
        chosen = read_benchmark(folder)
        run = run_benchmark(chosen)
        lines += trec_lines(run)
        runs = [run, *(run_baseline(chosen, engine) for engine in (BASELINES if options.baseline else ()))]
        _print_lines(run_lines(chosen, runs))
    if options.run_file:
        _write(options.run_file, "\n".join(lines) + "\n")
        print(say("evaluation", "written", path=options.run_file))
    if options.speed:
        from bot.evaluation.examples import usual_assistant
        from bot.evaluation.speed import measure_speed
        from bot.knowledge.loading import load_knowledge
        from bot.settings import knowledge_folder

        knowledge = load_knowledge(knowledge_folder(options.knowledge or settings.knowledge_dir))
        _print_lines(speed_lines(measure_speed(knowledge, lambda body: usual_assistant(body, knowledge.lexicon_path))))
    return DONE


def fit(options: argparse.Namespace, settings: Settings) -> int:
    """Refit the weights: print what is gained on questions left out, then write the file."""
    from bot.evaluation import fitting
    from bot.evaluation.examples import load_examples
    from bot.evaluation.summary import fit_line

    threshold = _thresholds(options.threshold)
    examples = load_examples(question_sets(options.questions, options.weight, options.knowledge or settings.knowledge_dir))
    models = fitting.fit(examples, threshold, lambda line: print(fit_line(line), flush=True))
    if not options.dry_run:
        path = options.output or Path(fitting.__file__).parent.parent / "answering" / "weights.yaml"
        fitting.write_weights(path, models, threshold)
        print(say("evaluation", "written", path=path))
    return DONE


def _thresholds(chosen: float | None) -> Mapping[str, float]:
    """One threshold for both models, or those of weights.yaml."""
    from bot.answering.weights import shipped_weights

    shipped = shipped_weights().threshold
    return shipped if chosen is None else dict.fromkeys(shipped, chosen)


def ablate(options: argparse.Namespace, settings: Settings) -> int:
    """Print what each piece of evidence adds, as Markdown."""
    from bot.evaluation import ablation

    threshold = _thresholds(options.threshold)
    sets = question_sets(options.questions, options.weight, options.knowledge or settings.knowledge_dir)
    _print_lines(ablation.markdown_lines(ablation.ablate(sets, threshold)))
    return DONE


def question_sets(questions: Sequence[str], weights: Sequence[str], knowledge: Path | None) -> "list[SetOfQuestions]":
    """The sets that `fit` and `ablate` were given.

    Args:
        questions: 'FILE' or 'FILE=FOLDER'.
        weights: 'NAME=W' or 'NAME=W,Z': what the answerable and the unanswerable questions of the file NAME.jsonl weigh.
        knowledge: the folder for files that name none.

    Raises:
        QuestionSetError: a weight is not of that form, or no file has its name.
    """
    from bot.evaluation.examples import SetOfQuestions

    chosen: dict[str, tuple[float, float]] = {}
    for text in weights:
        name, _, values = text.partition("=")
        try:
            numbers = [float(value) for value in values.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) not in (1, 2):
            raise QuestionSetError(f"--weight {text} heeft niet de goede vorm.", "Schrijf bijvoorbeeld: --weight own-2017=1,0.4.")
        chosen[name] = (numbers[0], numbers[-1])
    found = []
    for text in questions:
        file, _, folder = text.partition("=")
        path = Path(file)
        weight, silence = chosen.pop(path.stem, (1.0, 1.0))
        found.append(SetOfQuestions(path, Path(folder) if folder else knowledge, weight, silence))
    if chosen:
        raise QuestionSetError(
            f"--weight noemt een onbekende set: {', '.join(chosen)}.", "Gebruik de naam van een bestand bij --questions."
        )
    return found


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise QuestionSetError("file.unwritable", path=path, why=error) from error
