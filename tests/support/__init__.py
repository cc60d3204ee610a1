"""What tests share: real Kafka and PostgreSQL nodes, polling, raw Kafka access."""
