"""Spans as a collector receives them over real HTTP."""

import asyncio

from fastapi import FastAPI, Request
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from loketbus.telemetry import setup_tracing, span
from tests.integration.loketbus.serving import serving


async def test_a_collector_receives_the_spans() -> None:
    received: list[ExportTraceServiceRequest] = []
    app = FastAPI()

    @app.post("/v1/traces")
    async def traces(request: Request) -> None:
        received.append(ExportTraceServiceRequest.FromString(await request.body()))

    async with serving(app) as base:
        tracing = setup_tracing("mail_ingest", endpoint=f"{base}/v1/traces")
        with span("fetch page"):
            pass
        await asyncio.to_thread(tracing.close)
    (request,) = received
    assert [one.name for one in request.resource_spans[0].scope_spans[0].spans] == ["fetch page"]
