"""What is said of a broadcast that awaits its code, and what is about something else."""

from datetime import datetime

import pytest

from handlers.staff.pending_words import Said, read_pending
from handlers.working_days import SHANGHAI

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


def read(text: str, *, is_command: bool = False) -> Said:
    return read_pending(text, now=NOW, is_command=is_command)


@pytest.mark.parametrize(
    "text", ["3721", "３７２１", "是3721", "确认码是3721", "确认 3721", "码：3721。", "@回音 3721"]
)
def test_a_code_has_four_digits(text: str) -> None:
    assert read(text) == Said(code="3721")


@pytest.mark.parametrize("text", ["2", "23", "12345", "第2件"])
def test_other_numbers_answer_something_else(text: str) -> None:
    assert read(text) == Said(is_number=True)


@pytest.mark.parametrize(
    "text", ["可以", "确认", "发吧", "没问题", "好的", "好的，发吧", "确认发送", "同意", "行"]
)
def test_a_yes_is_no_code(text: str) -> None:
    assert read(text) == Said(is_yes=True)


@pytest.mark.parametrize(
    "text",
    [
        "取消",
        "算了",
        "算了，先不发了",
        "取消吧",
        "先停一下，别发了",
        "不发了",
        "取消群发",
        "先别发",
        "不要发了",
    ],
)
def test_it_is_called_off(text: str) -> None:
    assert read(text) == Said(is_no=True)


@pytest.mark.parametrize("text", ["紧急群发", "改成紧急群发", "紧急", "加急"])
def test_it_becomes_urgent(text: str) -> None:
    assert read(text) == Said(is_urgent=True)


@pytest.mark.parametrize(
    "text", ["改到明天上午9点发", "改成明天上午9点发", "推迟到明天上午9点", "明天上午9点再发"]
)
def test_another_time(text: str) -> None:
    assert read(text, is_command=True) == Said(at=datetime(2026, 11, 21, 9, tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    "text",
    ["改 后天停水，请备水", "改成：后天停水，请备水", "内容改为 后天停水，请备水", "改成后天停水，请备水"],
)
def test_other_words(text: str) -> None:
    assert read(text) == Said(text="后天停水，请备水")


@pytest.mark.parametrize(
    "text", ["改派 23 王芳", "督办", "查 23", "停止群发 7", "群发进度", "改成明天9点开会 23"]
)
def test_another_command_is_none_of_it(text: str) -> None:
    assert read(text, is_command=True) == Said()
