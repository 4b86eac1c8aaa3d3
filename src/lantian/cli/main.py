"""The command ``lantian``: its rooms, and one place where errors become exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import lantian
from lantian.cli import (
    account,
    act,
    air,
    alert,
    assess,
    audit,
    backup,
    case,
    common,
    credits,  # noqa: A004 - the field's word; the interpreter's is never used here
    demo,
    forecast,
    gateway,
    hj212,
    inspect,
    lake,
    law,
    ledger,
    levy,
    plan,
    post,
    project,
    replay,
    response,
    simulate,
    source,
    trace,
    up,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="lantian (蓝天) runs a clean-air action plan.")
app.add_typer(air.app, name="air")
app.add_typer(alert.app, name="alert")
app.add_typer(forecast.app, name="forecast")
app.add_typer(law.app, name="law")
app.add_typer(plan.app, name="plan")
app.add_typer(lake.app, name="lake")
app.add_typer(ledger.app, name="ledger")
app.add_typer(credits.app, name="credits")
app.add_typer(assess.app, name="assess")
app.add_typer(audit.app, name="audit")
app.add_typer(case.app, name="case")
app.add_typer(inspect.app, name="inspect")
app.add_typer(account.app, name="account")
app.add_typer(act.app, name="act")
app.add_typer(demo.app, name="demo")
app.add_typer(gateway.app, name="gateway")
app.add_typer(hj212.app, name="hj212")
app.add_typer(post.app, name="post")
app.add_typer(project.app, name="project")
app.add_typer(response.app, name="response")
app.add_typer(simulate.app, name="simulate")
app.add_typer(source.app, name="source")
app.command("template")(demo.template)
app.command("load")(lake.load)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("up")(up.up)
app.command("levy")(levy.levy)
app.command("serve")(up.serve)
app.command("replay")(replay.replay)
app.command("trace")(trace.trace)
app.command("impact")(trace.impact)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Print the version when asked for it."""
    if show:
        typer.echo(f"lantian {lantian.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line and leave with 0 done, 1 the answer is no, 2 bad input."""
    sys.exit(common.guarded(app))
