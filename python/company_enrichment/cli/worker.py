"""A worker as the settings say, with its progress on the screen, and ended by signals."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType

from psycopg2 import extensions

from company_enrichment.address import DatabaseAddress
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import ConfigurationError, LookupProviderUnavailableError
from company_enrichment.lookups.provider_check import check_provider
from company_enrichment.lookups.providers import (
    describe_missing_provider,
    http_provider_from_settings,
    provider_from_settings,
)
from company_enrichment.lookups.providers.company_id_gate import CompanyIdGate
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.lookups.report import WorkerOptions, WorkerReport
from company_enrichment.lookups.worker import LookupWorker
from company_enrichment.printable_text import printable
from company_enrichment.settings import Settings


def work_queue_off(
    settings: Settings, address: DatabaseAddress, schema: str, progress: Progress, *, drain: bool = True
) -> WorkerReport:
    """Ask the provider for the names in the queue, show how it gets on, and say what came of it.

    Raises ConfigurationError when the settings name no provider, or not all that it needs, and
    LookupProviderUnavailableError, with nothing claimed, when its registry table cannot be read. That names were left
    in an outage is for the caller to tell: refuse_cut_short().
    """
    if settings.lookup_provider == "none":
        raise ConfigurationError(describe_missing_provider(settings))

    def connect() -> extensions.connection:
        return address.connect()

    # Looked at before anything is claimed: what is wrong with the settings costs no request an attempt.
    with closing(connect()) as connection:
        outage = check_provider(settings, connection, schema)
    if outage is not None:
        raise outage
    gate = CompanyIdGate(connect, schema=schema)
    server = http_provider_from_settings(settings, gate)

    def make_provider() -> LookupProvider:
        if server is not None:
            return server
        provider = provider_from_settings(settings, connect(), schema)
        assert provider is not None  # noqa: S101 - the settings name one
        return provider

    with progress.stage("Look unknown names up") as on_batch:

        def show(report: WorkerReport) -> None:
            everything = None if report.remaining is None else report.claimed + report.remaining
            on_batch(report.claimed, everything)
            if not progress.is_watched and report.claimed:
                progress.say(describe_report(report))

        worker = LookupWorker(
            connect,
            lambda connection: LookupQueue.from_settings(settings, connection, schema),
            make_provider,
            settings.lookup_provider,
            schema=schema,
            options=WorkerOptions(
                batch_size=settings.lookup_batch_size,
                concurrency=settings.lookup_concurrency,
                rate=settings.lookup_rate,
                daily_quota=settings.lookup_daily_quota,
                timeout_seconds=settings.lookup_timeout_seconds,
                grace_seconds=settings.lookup_grace_seconds,
                drain=drain,
            ),
            on_progress=show,
        )
        with _ended_by_signals(worker):
            try:
                report = worker.run()
            finally:
                if server is not None:
                    server.close()
                gate.close()
    progress.say(describe_report(report))
    if report.paused is not None:
        paused = report.paused.rstrip(".")
        progress.say(printable(f"The provider cannot be asked now: {paused}. What is left waits in the queue."))
    return report


def refuse_cut_short(report: WorkerReport) -> None:
    """Raise LookupProviderUnavailableError when names were left because the provider is out of service."""
    if report.is_cut_short:
        raise LookupProviderUnavailableError(
            f"{report.snoozed:,} names were not looked up, and wait in the queue with all their attempts: "
            f"{report.outage}"
        )


def describe_report(report: WorkerReport) -> str:
    """Return one line on what a worker has done so far; its parts add up."""
    text = (
        f"{report.claimed:,} requests: {report.found:,} found, {report.not_found:,} not found, "
        f"{report.not_accepted:,} not accepted, {report.unusable:,} unusable, "
        f"{report.retried:,} to be retried, {report.failed:,} failed, {report.snoozed:,} put off, "
        f"{report.released:,} given back, {report.stale:,} taken over by others; {report.per_second:,.1f} a second"
    )
    return text if report.remaining is None else f"{text}; {report.remaining:,} open"


@contextmanager
def _ended_by_signals(worker: LookupWorker) -> Iterator[None]:
    """Have SIGTERM and SIGINT end the worker in good order while the block runs."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        worker.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
