"""What reading one message costs: `python -m benchmarks.reading`. CPU time, after start, on one core."""

import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nlp.evidence import weigh
from nlp.intents import Intent
from nlp.kinds import Kind
from nlp.lexicon import CATEGORIES, Lexicon
from nlp.locations import find_location
from nlp.places import Places
from nlp.reading import Reader
from nlp.signals import gather, message_traits
from nlp.weights import probabilities

ROUNDS: Final = 400
ESTATES: Final = ("朔方家园", "凤栖苑", "金波花园", "湖滨雅居二期", "银杏苑", "长河湾北区")
MESSAGES: Final = (  # about 30 characters each
    "朔方家园33号楼5单元下水道堵了，污水往外冒，臭得没法做饭了",
    "楼上又开始了，一晚上没合眼，咚咚咚跟打桩似的，凤栖苑3号楼",
    "那块铁疙瘩还立在公共位置上，我绕了三圈没地方放车，咋办",
)


def main() -> None:
    """Start a reader, read the messages many times, and print the medians."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    lexicon = Lexicon.load(Path("var"))
    spent = time.process_time() - started
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"start {spent:.2f} s, memory added {added:.0f} MB")
    reader, places = Reader(lexicon), Places.of([(name, ()) for name in ESTATES])
    print(f"whole reading: median {_median(lambda text: reader.read(text, places)):.0f} us")
    for name, step in _steps(lexicon, places).items():
        print(f"  {name}: {_median(step):.0f} us")


def _steps(lexicon: Lexicon, places: Places) -> dict[str, Callable[[str], object]]:
    """The three costly parts, each by itself."""
    prepared = {}
    for text in MESSAGES:
        folded = lexicon.spelling.fold(text)
        words = lexicon.tokenizer.words(folded)
        weighed = weigh(lexicon.matcher.find(folded, words), lexicon.shields, folded)
        prepared[text] = (folded, words, weighed, find_location(folded, places, lexicon.spots, text=text))

    def tokenise(text: str) -> object:
        return lexicon.tokenizer.words(lexicon.spelling.fold(text))

    def match(text: str) -> object:
        folded, words, *_ = prepared[text]
        return weigh(lexicon.matcher.find(folded, words), lexicon.shields, folded)

    def score(text: str) -> object:
        folded, words, weighed, location = prepared[text]
        traits = message_traits(weighed, location, intent=Intent.NONE, size=len(text))
        signals = gather(folded, words, traits, thesaurus=lexicon.thesaurus)
        sums = lexicon.weights.score(signals)
        return probabilities(sums, Kind), probabilities(sums, CATEGORIES)

    def locate(text: str) -> object:
        return find_location(prepared[text][0], places, lexicon.spots, text=text)

    return {"tokenise": tokenise, "match rules": match, "score": score, "locate": locate}


def _median(step: Callable[[str], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        for text in MESSAGES:
            started = time.process_time_ns()
            step(text)
            spent.append(time.process_time_ns() - started)
    return statistics.median(spent) / 1000


if __name__ == "__main__":
    main()
