"""Long runs of broken files: `python benchmarks/fuzz_converters.py --count 100 [FILE ...]`.

Breaks each file (by default a small one of each format) in `count` ways, brings each result in, and holds it against the file: no
crash, no hang, no word that the file doesn't hold. Prints per file how many became documents, which errors came how often, and the
most processor time that one took. A failure stops the run and leaves the broken file where the message says.
"""

import argparse
import collections
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.ingest.mutations import mutated, outcome, processor_time
from tests.ingest.small_files import files
from tests.ingest.test_forms import form


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="broken-"))
    filled_in = folder / "formulier.pdf"
    filled_in.write_bytes(form("Naam van de vereniging:", "Speeltuin Zonnedal"))
    for path in options.files or [*files(folder).values(), filled_in]:
        seen: collections.Counter[str] = collections.Counter()
        slowest = 0.0
        for seed in range(options.seed, options.seed + options.count):
            broken = folder / f"stuk-{seed}{path.suffix}"
            broken.write_bytes(mutated(path.read_bytes(), seed))
            began = processor_time()
            seen[outcome(broken)] += 1
            slowest = max(slowest, processor_time() - began)
            broken.unlink()
        print(f"{path.name}: {options.count} broken files, {seen['document']} became documents, at most {slowest:.1f} s of CPU", flush=True)
        for message, number in seen.most_common():
            if message != "document":
                print(f"  {number:4} {message}")


if __name__ == "__main__":
    main()
