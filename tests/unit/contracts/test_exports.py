import inspect

import loketbus_contracts
from loketbus_contracts import catalog
from loketbus_contracts.topics import Message, Topic

PUBLIC = set(loketbus_contracts.__all__)


def test_every_exported_name_exists_once() -> None:
    assert len(PUBLIC) == len(loketbus_contracts.__all__)
    assert {name for name in PUBLIC if not hasattr(loketbus_contracts, name)} == set()


def test_nothing_is_public_by_accident() -> None:
    modules = {name for name, value in vars(loketbus_contracts).items() if inspect.ismodule(value)}
    visible = {name for name in vars(loketbus_contracts) if not name.startswith("_")} - modules
    assert visible == PUBLIC


def test_every_topic_and_its_model_are_exported() -> None:
    exported = [getattr(loketbus_contracts, name) for name in PUBLIC]
    for topic in catalog.ALL:
        assert any(topic is value for value in exported), topic.name
        assert topic.model in exported


def test_every_model_of_a_domain_module_is_exported() -> None:
    modules = {inspect.getmodule(topic.model) for topic in catalog.ALL}
    models = {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Message) and not name.startswith("_")
    }
    assert models <= PUBLIC


def test_every_declared_topic_is_in_the_catalog() -> None:
    modules = {inspect.getmodule(topic.model) for topic in catalog.ALL}
    declared = [value for module in modules for value in vars(module).values() if isinstance(value, Topic)]
    assert sorted(topic.name for topic in declared) == sorted(topic.name for topic in catalog.ALL)
    assert all(catalog.by_name(topic.name) is topic for topic in catalog.ALL)
