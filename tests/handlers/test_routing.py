"""Routers: one handler for each intent or step, and everything a person can say has one."""

import pytest

from handlers.conversation import MOVES, Move
from handlers.grid_worker import router as grid_worker
from handlers.messages import MessageKind
from handlers.resident import router as resident
from handlers.routing import ROUTERS
from handlers.turn import AlreadyRegistered, Reply, Router, Turn
from nlp.actions import Action
from nlp.reading import Kind
from storage.models.conversations import Step
from storage.models.people import Role


def test_registering_twice_is_refused() -> None:
    router = Router("new", frozenset({Role.RESIDENT}))

    @router.on(Kind.CHAT)
    def first(_turn: Turn) -> Reply:
        return Reply("first")

    with pytest.raises(AlreadyRegistered):
        router.on(Kind.CHAT)(first)


def test_equal_texts_of_two_enums_are_two_keys() -> None:
    router = Router("new", frozenset({Role.RESIDENT}))
    router.on(Kind.REPORT)(lambda turn: Reply("kind"))

    assert router.find(Action.REPORT) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_sentence_of_a_resident_is_answered(kind: Kind) -> None:
    assert resident.find(kind) is not None


OTHERS = {MessageKind.TEXT, MessageKind.CARD, MessageKind.GROUP_CHANGED}  # words, and what no resident sends


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind not in OTHERS])
def test_whatever_a_resident_sends_is_answered(kind: MessageKind) -> None:
    assert resident.find(kind) is not None


@pytest.mark.parametrize(
    "kind", [MessageKind.ENTER_CHAT, MessageKind.IMAGE, MessageKind.CARD, MessageKind.UNKNOWN]
)
def test_what_a_worker_sends_beside_words_is_answered(kind: MessageKind) -> None:
    assert grid_worker.find(kind) is not None


@pytest.mark.parametrize("action", list(Action))
def test_every_action_of_a_worker_is_answered(action: Action) -> None:
    assert grid_worker.find(action) is not None


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.IDLE])
def test_every_step_is_awaited_by_a_router_and_can_be_settled(step: Step) -> None:
    assert [router.name for router in ROUTERS if router.find(step)] != []
    assert MOVES[step, Move.SETTLE] is Step.IDLE


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.GRID_WORKER, Role.UNIT_MEMBER, Role.STAFF, Role.HEAD])
def test_every_role_that_speaks_has_a_router(role: Role) -> None:
    assert [router.name for router in ROUTERS if role in router.roles] != []
