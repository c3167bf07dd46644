"""What residents write, and what it is read as."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.lexicon import Lexicon
from nlp.reading import Intent, Kind, Places, Reader, Reading, Urgency

CACHE = Path(__file__).parents[2] / "var"
ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "utterances.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
SMALL_TALK = [text for kind, _, text in ROWS if kind in ("chat", "thanks", "greeting", "ad_spam")]
FRAGMENTS = [
    "枫桥苑33号楼5单元",
    "漏水",
    "吵死了",
    "没有",
    "。",
    "😭",
    "，",
    "\n",
    "5-2-301",
    "着火",
    "？",
    "1",
    "查 12",
]
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))


@pytest.mark.parametrize(("kind", "category", "text"), ROWS, ids=[row[2] for row in ROWS])
def test_message_is_read_as_what_it_is(
    reader: Reader, places: Places, *, kind: str, category: str, text: str
) -> None:
    reading = reader.read(text, places)

    assert (reading.kind, reading.category or "-") == (kind, category)


@pytest.mark.parametrize("text", SMALL_TALK, ids=SMALL_TALK)
def test_small_talk_opens_no_case(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).opens_case is False


@pytest.mark.parametrize(
    ("text", "subcategories"),
    [
        ("枫桥苑33号楼5单元下水道堵了，污水往外冒", {"sewer"}),
        ("楼上半夜装修吵死了", {"renovation", "upstairs"}),
        ("楼上半夜装修吵死了，家里有老人，实在受不了", {"renovation", "upstairs"}),
        ("明园小区南门地锁把公共车位占了", {"ground_lock"}),
        ("楼道灯不亮了", {"lighting"}),
        ("电梯坏了三天没人修", {"lift"}),
        ("暖气不热，屋里才十五度", {"heating"}),
        ("家里闻到煤气味", {"gas"}),
        ("有人困电梯里了", {"lift"}),
        ("家里着火了", {"fire"}),
        ("隔壁打老婆，打得嗷嗷叫，枫桥苑7号楼", {"violence"}),
        ("小孩卡在防盗窗上了明园小区1号楼", {"person"}),
        ("我不想活了", {"person"}),
        ("明园小区6号楼楼下油烟还是那样", {"fumes"}),
        ("隔壁的狗叫了一晚上", {"dog_bark"}),
        ("有人遛狗不牵绳，狗屎也不捡", {"pets"}),
        ("消防通道停满了车", {"fire_lane"}),
        ("消防通道堆满了杂物", {"corridor_clutter"}),
        ("道闸坏了，车进不来", {"gate_arm"}),
        ("单元门坏了，关不上", {"gate"}),
        ("屋顶漏雨，一下雨就滴", {"roof_leak"}),
    ],
)
def test_subcategory_follows_the_boundary_rules(
    reader: Reader, places: Places, text: str, subcategories: set[str]
) -> None:
    assert reader.read(text, places).subcategory in subcategories


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("枫桥苑33号楼5单元下水道堵了，污水往外冒", {Urgency.HIGH, Urgency.NORMAL}),
        ("水管爆了，水漫到客厅了，快来人", {Urgency.HIGH}),
        ("外墙瓷砖往下掉，太危险了", {Urgency.HIGH}),
        ("楼上拖椅子有点吵，不着急，有空说一声", {Urgency.LOW}),
        ("健身器材旁边的长椅坏了一块", {Urgency.NORMAL}),
        ("有人困电梯里了", {Urgency.EMERGENCY}),
        ("谢谢你们，没什么急事", {Urgency.NORMAL}),
    ],
)
def test_urgency_follows_danger_and_misery(
    reader: Reader, places: Places, text: str, urgency: set[Urgency]
) -> None:
    assert reader.read(text, places).urgency in urgency


@pytest.mark.parametrize(
    "text", ["枫桥苑3号楼", "3号楼2单元", "我家在明园5栋", "33-5-201", "南门", "301室", "明园小区"]
)
def test_answer_that_is_only_a_place_gives_a_location_and_opens_nothing(
    reader: Reader, places: Places, text: str
) -> None:
    reading = reader.read(text, places)

    assert reading.location is not None
    assert (reading.kind, reading.intent) == (Kind.CHAT, Intent.NONE)


def test_second_problem_is_listed_with_its_own_span(reader: Reader, places: Places) -> None:
    text = "电梯坏了三天没人修，楼上还天天半夜装修吵得睡不着"

    reading = reader.read(text, places)

    assert {reading.category, *(problem.category for problem in reading.also)} == {"property", "noise"}
    (further,) = reading.also
    assert text[slice(*further.span)] in text
    assert further.category != reading.category


@pytest.mark.parametrize(
    ("text", "is_confidential"),
    [
        ("跟你说个悄悄话，3号楼有人在家里开麻将馆", True),
        ("楼上天天吵，千万别说是我说的", True),
        ("樓下那家佔了車位，請保密", True),
        ("怕得罪人，你们去看看就行", True),
        ("楼道灯不亮了", False),
        ("这事大家都知道", False),
    ],
)
def test_wish_to_stay_unnamed_is_read(
    reader: Reader, places: Places, *, text: str, is_confidential: bool
) -> None:
    assert reader.read(text, places).is_confidential is is_confidential


def test_negated_trouble_is_no_evidence(reader: Reader, places: Places) -> None:
    assert reader.read("我家没有漏水", places).opens_case is False


@pytest.mark.parametrize(
    "text", ["有点燥音，吵死了", "樓道燈不亮了", "物夜没人管，楼下拉圾堆成山", "電梯壞了"]
)
def test_slips_and_traditional_characters_are_understood(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).kind is Kind.REPORT


def test_evidence_shows_the_persons_own_characters(reader: Reader, places: Places) -> None:
    reading = reader.read("樓道燈不亮了", places)

    strongest = reading.evidence[0]
    assert strongest.word == "樓道燈不亮"
    assert strongest.purpose == "property/lighting"


def test_json_has_exactly_the_promised_keys(reader: Reader, places: Places) -> None:
    reading = reader.read("枫桥苑33号楼5单元301漏水，楼上还吵死了", places)

    answer = reading.as_json()

    expected = {
        "kind",
        "intent",
        "category",
        "subcategory",
        "confidence",
        "urgency",
        "location",
        "also",
        "evidence",
    }
    assert set(answer) == expected
    assert answer["location"] == {"estate": "枫桥苑", "building": "33", "unit": "5", "room": "301"}
    assert isinstance(answer["evidence"], list)
    assert {key for one in answer["evidence"] if isinstance(one, dict) for key in one} == {
        "word",
        "start",
        "end",
        "weight",
        "for",
    }


def test_json_of_nothing_has_nulls(reader: Reader, places: Places) -> None:
    answer = reader.read("", places).as_json()

    assert (answer["category"], answer["subcategory"]) == (None, None)
    assert answer["location"] == {"estate": None, "building": None, "unit": None, "room": None}


def test_unsure_reading_names_its_candidates(reader: Reader, places: Places) -> None:
    reading = reader.read("东门口天天这样", places)

    assert reading.is_unsure
    assert {"other", "parking"} <= set(reading.candidates)


def test_community_word_counts_only_in_its_own_lexicon(lexicon: Lexicon, places: Places) -> None:
    own = lexicon.with_words([("property", "lift", "喜鹊窝", 5.0)])  # what a community calls its old lift
    text = "喜鹊窝又闹脾气了，没人管"

    assert Reader(own).read(text, places).subcategory == "lift"
    assert Reader(lexicon).read(text, places).subcategory != "lift"


def test_community_word_of_an_unknown_subcategory_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(ValueError, match="no such subcategory"):
        lexicon.with_words([("property", "rockets", "火箭", 3.0)])


@pytest.mark.parametrize("text", ["", " ", "😭😭😭", "\n\n", "？", "\u2005", "1"])
def test_wordless_message_opens_nothing(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).opens_case is False


@pytest.mark.parametrize("piece", ["水", "没有漏水", "枫桥苑3号楼5单元", "1", "我是", "3-5-", "。"])
def test_ten_thousand_characters_are_read(reader: Reader, places: Places, piece: str) -> None:
    text = (piece * 10_000)[:10_000]

    assert reader.read(text, places).text == text


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_reading_never_raises_and_its_spans_lie_inside_the_text(text: str) -> None:
    reading = _read(text)

    for evidence in reading.evidence:
        assert text[evidence.start : evidence.end] == evidence.word
        assert evidence.word
    if reading.location is not None:
        assert text[slice(*reading.location.span)] == reading.location.text
    assert all(0 <= start < end <= len(text) for start, end in (problem.span for problem in reading.also))
    assert 0 <= reading.confidence <= 1
    assert (reading.category is not None) == reading.opens_case == (reading.subcategory is not None)


def _read(text: str) -> Reading:
    return _reader().read(text, Places.of([("枫桥苑", ("枫桥",))]))


@cache
def _reader() -> Reader:
    """One for all examples; hypothesis and fixtures of a test do not mix."""
    return Reader(Lexicon.load(CACHE))
