from __future__ import annotations

from pathlib import Path

import pytest

from loketbus import discovery
from loketbus.errors import ConfigurationError
from loketbus.kafka_node import _config as kafka_config
from loketbus.settings import BusSettings


class TestWithKafka:
    def test_a_kafka_that_was_named_stays(self, tmp_path: Path) -> None:
        self.started_before(tmp_path, 4444)
        settings = BusSettings(var=tmp_path, kafka="kafka.stad.example:9092")
        assert discovery.with_kafka(settings).kafka == "kafka.stad.example:9092"

    def test_else_it_is_the_node_of_this_folder(self, tmp_path: Path) -> None:
        self.started_before(tmp_path, 4444)
        assert discovery.with_kafka(BusSettings(var=tmp_path)).kafka == "127.0.0.1:4444"

    def test_else_the_usual_address(self, tmp_path: Path) -> None:
        settings = BusSettings(var=tmp_path)
        assert discovery.with_kafka(settings) == settings

    @staticmethod
    def started_before(var: Path, port: int) -> None:
        layout = discovery.local_kafka(BusSettings(var=var)).layout
        layout.make()
        kafka_config.save_identity(layout.identity, kafka_config.Identity(kafka_config.new_cluster_id(), port))


class TestAddress:
    def test_a_setting_goes_before_what_runs_here(self, tmp_path: Path) -> None:
        settings = BusSettings(var=tmp_path, services={"mail_ingest": "https://mail.stad.example/"})
        discovery.write_address(settings, "mail_ingest", "http://127.0.0.1:5555")
        assert discovery.address_of(settings, "mail_ingest").url == "https://mail.stad.example"

    def test_what_runs_here_goes_before_the_default_port(self, tmp_path: Path) -> None:
        settings = BusSettings(var=tmp_path)
        assert discovery.address_of(settings, "mail_ingest").url == "http://127.0.0.1:8001"
        file = discovery.write_address(settings, "mail_ingest", "http://127.0.0.1:5555")
        assert discovery.address_of(settings, "mail_ingest").url == "http://127.0.0.1:5555"
        file.write_text("half a fi")
        assert discovery.address_of(settings, "mail_ingest").url == "http://127.0.0.1:8001"

    def test_a_service_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="mail_ingest"):
            discovery.address_of(BusSettings(var=tmp_path), "mail_ingets")
