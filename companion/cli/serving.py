"""`companion serve` and `companion worker`."""

from __future__ import annotations

import click

from companion.cli import running


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--with-worker", is_flag=True, help="Run the reminder worker in this process too.")
def serve(host: str, port: int, threads: int, with_worker: bool) -> None:
    """Serve the app and the API."""
    from companion import worker as reminder_worker
    from companion.app import create_app

    running.log_to_stderr()
    found = running.settings()
    engine = running.prepare(found)
    app = create_app(found, engine)
    stop = reminder_worker.start_in_background(found) if with_worker else None
    try:
        running.serve_app(app, host, port, threads)
    finally:
        if stop is not None:
            stop()
        engine.dispose()


@click.command()
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Workers side by side."
)
def worker(processes: int) -> None:
    """Run the reminder worker; any number may run on any number of machines."""
    from companion import worker as reminder_worker

    running.log_to_stderr()
    found = running.settings()
    running.prepare(found).dispose()
    if processes == 1:
        reminder_worker.run_worker(found)
    else:
        reminder_worker.run_workers(found, processes, running.log_to_stderr)
