"""The register over HTTP: single objects (v2, v3) and the change feed. No Kafka, no SQL."""
