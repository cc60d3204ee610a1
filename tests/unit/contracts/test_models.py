import types
from datetime import UTC, datetime
from typing import Any, Union, get_args, get_origin

import pytest
from loketbus_contracts import (
    ALL,
    OWN_TEXT_MAX_BYTES,
    ContactReceived,
    Dispatch,
    Message,
    QueueCommand,
    Release,
    ReplyOutcome,
)
from pydantic import ValidationError

AT = datetime(2026, 11, 5, 10, tzinfo=UTC)


def contact(**changes: Any) -> ContactReceived:
    return ContactReceived.model_validate(
        {"contact": "c-1", "bron": "telefoon", "received_at": AT, "text": "Vraag", **changes}
    )


def models(model: type[Message]) -> set[type[Message]]:
    """`model` and every model inside it."""
    found = {model}
    for field in model.model_fields.values():
        found |= {inner for part in parts(field.annotation) for inner in models(part)}
    return found


def parts(annotation: Any) -> set[type[Message]]:
    if isinstance(annotation, type) and issubclass(annotation, Message):
        return {annotation}
    return {part for argument in get_args(annotation) for part in parts(argument)}


def may_be_null(annotation: Any) -> bool:
    return get_origin(annotation) in {Union, types.UnionType} and type(None) in get_args(annotation)


TRAVELLING = sorted({inner for topic in ALL for inner in models(topic.model)}, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", TRAVELLING, ids=lambda model: model.__name__)
def test_what_may_be_null_is_null_when_absent(model: type[Message]) -> None:
    """Null does not travel: with another default, a reader would find that instead."""
    for name, field in model.model_fields.items():
        if may_be_null(field.annotation):
            assert field.default is None, name


@pytest.mark.parametrize("model", TRAVELLING, ids=lambda model: model.__name__)
def test_base_rules_hold_in_every_model(model: type[Message]) -> None:
    assert model.__doc__
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "ignore"
    assert model.model_config["hide_input_in_errors"]


def test_sixteen_kilobytes_are_bytes_not_characters() -> None:
    longest = "é" * (OWN_TEXT_MAX_BYTES // 2)
    assert contact(text=longest).text == longest
    with pytest.raises(ValidationError, match="16384 travel inline"):
        contact(text=longest + "x")


@pytest.mark.parametrize("field", ["contact", "actor", "contactpersoon", "klantenreis"])
@pytest.mark.parametrize("value", ["", "amira.voorbeeld@example.org", "Amira Voorbeeld", "x" * 201])
def test_id_is_never_a_name_or_an_address(field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        contact(**{field: value})


def test_error_does_not_repeat_what_was_wrong() -> None:
    with pytest.raises(ValidationError) as refused:
        contact(actor="amira.voorbeeld@example.org")
    assert "amira" not in str(refused.value)


def test_moment_without_zone_is_refused_and_others_become_utc() -> None:
    with pytest.raises(ValidationError):
        contact(received_at="2026-11-05T11:00:00")
    assert contact(received_at="2026-11-05T11:00:00+01:00").received_at.isoformat() == "2026-11-05T10:00:00+00:00"


def test_code_of_a_beheerder_is_accepted_raw() -> None:
    assert contact(bron="energiemarkt 2027").bron == "energiemarkt 2027"


def test_command_is_told_apart_by_its_name() -> None:
    sent = '{"item":"i-1","actor":"u-1","action":{"command":"dispatch","wachtrij":"lening"}}'
    assert QueueCommand.model_validate_json(sent).action == Dispatch(wachtrij="lening")
    assert QueueCommand(item="i-1", actor="u-1", action=Release()).model_dump()["action"] == {"command": "release"}


@pytest.mark.parametrize("action", ['{"command":"delete"}', '{"wachtrij":"lening"}', '{"command":"assign"}'])
def test_command_vocabulary_is_closed(action: str) -> None:
    with pytest.raises(ValidationError):
        QueueCommand.model_validate_json('{"item":"i-1","actor":"u-1","action":' + action + "}")


def test_waiting_is_the_only_outcome_that_is_not_final() -> None:
    assert [outcome for outcome in ReplyOutcome if not outcome.final] == [ReplyOutcome.WAITING]
