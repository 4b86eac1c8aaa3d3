"""The pages that teach are run: every command of the tour and the README, and every line they promise."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
pytestmark = pytest.mark.slow


def run(line, home):
    words = shlex.split(line.replace(".venv/bin/", ""))
    assert words[0] == "lantian"
    environment = os.environ | {"LANTIAN_HOME": str(home), "COLUMNS": "160"}
    return subprocess.run([sys.executable, "-m", "lantian.cli", *words[1:]], capture_output=True, text=True, env=environment, check=False)


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def test_the_tour_runs_and_answers_what_it_says(sample):
    said = ""
    for kind, body in BLOCK.findall((ROOT / "docs" / "tour.md").read_text(encoding="utf-8")):
        if kind == "console":
            done = [run(line, sample.home) for line in body.splitlines()]
            assert all(each.returncode in (0, 2) for each in done), [each.stderr for each in done]
            said = squeezed(" ".join(each.stdout + each.stderr for each in done))
        elif kind == "text":
            for line in body.splitlines():
                assert squeezed(line).strip() in said
        elif kind == "python":
            subprocess.run([sys.executable, "-c", body], check=True, env=os.environ | {"LANTIAN_HOME": str(sample.home)})


def test_the_commands_of_the_page_of_cases_run_and_answer_what_it_says(sample, tmp_path):
    """Lists of a draw are written first, as the page says."""
    blocks = BLOCK.findall((ROOT / "docs" / "cases.md").read_text(encoding="utf-8"))
    said = ""
    for kind, body in blocks:
        if kind in ("firms", "inspectors"):
            (tmp_path / f"{kind}.txt").write_text(body, encoding="utf-8")
        elif kind == "console":
            done = [
                run(line.replace("firms.txt", f"{tmp_path}/firms.txt").replace("inspectors.txt", f"{tmp_path}/inspectors.txt"), sample.home)
                for line in body.splitlines()
            ]
            assert all(each.returncode == 0 for each in done), [each.stderr for each in done]
            said = squeezed(" ".join(each.stdout for each in done))
        elif kind == "text":
            for line in body.splitlines():
                assert squeezed(line).strip() in said, (line, said)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_commands_of_the_readme_run(sample, name):
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.findall(r"^\.venv/bin/lantian .*$", text, re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        done = run(line, sample.home)
        assert done.returncode == 0, (line, done.stderr)


def test_every_link_and_picture_of_the_pages_exists():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_python_name_of_the_glossary_stands_in_the_code():
    text = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8").split("## Glossary")[1]
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".sql", ".yaml", ".html")]
    code = "\n".join(sources)
    missing = [word for word in re.findall(r"`([^`]+)`", text) if word not in code]
    assert missing == []
