from loketbus_contracts import ALL, Cleanup
from loketbus_contracts._generate import ROOT


def topic_table() -> str:
    """The rows of the README's table of topics."""
    rows = []
    for topic in ALL:
        kept = "last state (compacted)" if topic.cleanup is Cleanup.COMPACT else f"{topic.retention.days} days"
        cells = (topic.name, topic.key, kept, ", ".join(topic.writers), ", ".join(topic.readers), topic.summary)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def test_table_of_topics_is_the_catalogue() -> None:
    text = (ROOT / "README.md").read_text()
    found = [line for line in text.splitlines() if line.startswith("| ") and ".v1 |" in line]
    assert "\n".join(found) == topic_table()
