"""The tools over the Model Context Protocol, on standard input and output (extra ``[mcp]``)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from analyzer.agents.budget import LEAST
from analyzer.agents.marking import mark
from analyzer.agents.tools import TOOLS, Desk, call
from analyzer.errors import AnalyzerError
from analyzer.safe.names import visible, without_end
from analyzer.version import __version__

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.lowlevel import Server

NAME = "training-log-analyzer"
INTERRUPTED = 130  # the exit code of a command stopped by a signal


def serve(desk: Desk) -> None:
    """Answer questions until standard input ends. Raises AnalyzerError if mcp is missing.

    Nothing but the protocol is written to standard output.
    """
    if find_spec("mcp") is None:
        fix = "pip install '.[mcp]' in the checkout"
        raise AnalyzerError(f"analyzer mcp: the server needs the package mcp: {fix}")
    import anyio

    with _ended_at_once():
        try:
            anyio.run(_serve, desk)
        except* BrokenPipeError:
            pass  # the client is gone, and nobody is left to tell


@contextmanager
def _ended_at_once() -> Iterator[None]:
    """Let a signal end the process at once.

    The thread that waits for input cannot be woken, and there is nothing to save.
    """
    former = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(ValueError):  # of another thread than the main one
                former[number] = signal.signal(number, lambda *_: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


async def _serve(desk: Desk) -> None:
    from mcp.server.stdio import stdio_server

    server = make_server(desk)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def make_server(desk: Desk) -> Server[Any]:
    """Return a server with the tools, all of which only read."""
    import anyio
    from anyio import to_thread
    from mcp import types
    from mcp.server.lowlevel import Server

    in_turn = anyio.CapacityLimiter(1)  # the logs are kept in one place

    async def list_tools(_context: Any, _parameters: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_tools(desk))

    async def call_tool(_context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        arguments = asked.arguments or {}
        text, is_error = await to_thread.run_sync(
            answer, desk, asked.name, arguments, limiter=in_turn
        )
        content = types.TextContent(type="text", text=text)
        return types.CallToolResult(content=[content], is_error=is_error)

    own = desk.text.of("_agents")
    return Server(
        NAME,
        version=__version__,
        instructions=own["instructions"],
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def answer(desk: Desk, name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
    """Return the answer to a question, and whether it is an error, which is one line."""
    try:
        return call(desk, name, arguments), False
    except AnalyzerError as error:
        line = str(error)
    except MemoryError:
        line = "these logs need more memory than there is; ask with the path of fewer"
    except Exception as error:  # the agent gets a line, whatever broke
        line = f"internal error: {type(error).__name__}: {mark(str(error))}"
    return without_end(visible(line), min(desk.budget, LEAST)), True


def _tools(desk: Desk) -> list[types.Tool]:
    """Return the tools as the protocol describes them."""
    from mcp import types

    own = desk.text.of("_agents")
    only_reads = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return [
        types.Tool(
            name=name,
            description=own["tools"][name],
            input_schema=tool.schema(own["parameters"]),
            annotations=only_reads,
        )
        for name, tool in TOOLS.items()
    ]
