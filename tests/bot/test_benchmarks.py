"""The benchmark measures what it says; how fast is not asked here."""

from benchmarks.__main__ import Plan, measure
from benchmarks.messages import ESTATES, SENTENCES, report_text
from benchmarks.tables import machine, table
from nlp.lexicon import Lexicon
from nlp.places import Places
from nlp.reading import Kind, Reader


def test_every_sentence_of_the_load_is_a_report_with_its_place() -> None:
    reader, places = Reader(Lexicon.load(None)), Places.of([(name, ()) for name in ESTATES])

    readings = [reader.read(report_text(number), places) for number in range(20 * len(SENTENCES))]

    assert {reading.kind for reading in readings} == {Kind.REPORT}
    assert {reading.location.estate for reading in readings if reading.location} == set(ESTATES)


def test_a_short_run_counts_every_message_once_and_prints_its_table() -> None:
    lines = measure("sqlite", Plan((4,), warm_up=0.1, seconds=0.3))

    assert [line.server for line in lines] == ["product", "ceiling"]
    assert all(line.load.answered > 0 for line in lines)
    assert all(line.load.refused == line.load.unanswered == 0 for line in lines)
    product, _ceiling = lines
    assert product.load.numbered == product.load.answered
    assert "of the ceiling" in table(machine(), lines)
