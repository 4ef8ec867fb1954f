"""The house rules that no tool knows: small modules, thin pages, nothing tied to one place.

import-linter holds the floors; this holds what it cannot see.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FLOORS = ("bench", "commands", "demo", "pages", "queries", "spend", "studies")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
PAGES = [path for path in MODULES if path.is_relative_to(ROOT / "pages")]
THIN = [path for path in PAGES if not path.is_relative_to(ROOT / "pages" / "parts")]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """The modules that a file imports, by their full names."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or ".")
    return found


def tracked() -> list[Path]:
    """Every file that belongs to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone, so nobody knows which files belong to it")
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file()]


# --- Sizes ---------------------------------------------------------------------------------------


def test_the_frame_is_small() -> None:
    assert lines(ROOT / "app.py") <= 60


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_fit_a_head(path: Path) -> None:
    assert lines(path) <= 300


@pytest.mark.parametrize("path", THIN, ids=name)
def test_pages_are_thin(path: Path) -> None:
    assert lines(path) <= 80


@pytest.mark.parametrize("path", sorted((ROOT / "commands").glob("*.py")), ids=name)
def test_commands_are_thin(path: Path) -> None:
    assert lines(path) <= 100


# --- Floors that import-linter cannot see --------------------------------------------------------


def test_the_frame_imports_parts_and_streamlit_only() -> None:
    allowed = re.compile(r"streamlit|pages\.parts(\..+)?|queries\.errors|collections\.abc|typing")
    assert [m for m in imports(ROOT / "app.py") if not allowed.fullmatch(m)] == []


def test_no_page_lies_where_streamlit_would_serve_it_without_the_frame() -> None:
    assert [p.name for p in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("path", THIN, ids=name)
def test_pages_calculate_nothing(path: Path) -> None:
    """A figure is made in `spend`; what a page adds up, nobody else can check.

    Parts may measure where things are drawn, so this holds for the pages.
    """
    assert list(arithmetic(tree(path))) == []


def arithmetic(module: ast.Module) -> Iterator[str]:
    """Additions and the like between what is not text, and sums of anything."""
    for node in ast.walk(module):
        if adds(node) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "sum"):
            yield ast.unparse(node)


def adds(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC) and not joins_text(node)


ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def joins_text(node: ast.BinOp) -> bool:
    """Whether either side is text or a literal row, so that it joins rather than adds."""
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        or (isinstance(side, ast.BinOp) and joins_text(side))
        for side in (node.left, node.right)
    )


def test_the_arithmetic_rule_finds_arithmetic() -> None:
    assert list(arithmetic(ast.parse("a - b")))
    assert list(arithmetic(ast.parse("sum(values)")))
    assert not list(arithmetic(ast.parse("f'{a}' + b; [1] + c; int | None")))


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.parts[len(ROOT.parts)] in ("spend", "queries")], ids=name
)
def test_nothing_below_the_pages_reads_the_clock(path: Path) -> None:
    calls = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Call)]
    read = {ast.unparse(call.func) for call in calls}
    clocks = re.compile(r"(.*\.)?(date|datetime)\.(now|today|utcnow)|time\.time")
    assert [c for c in read if clocks.fullmatch(c)] == []


# --- Words that may not stand anywhere -----------------------------------------------------------


@pytest.mark.parametrize("path", [ROOT / "app.py", *PAGES], ids=name)
def test_html_is_never_let_through(path: Path) -> None:
    assert "unsafe_" + "allow_html" not in path.read_text(encoding="utf-8")


def test_no_file_names_a_place_that_others_do_not_have() -> None:
    """No package registry by its address, and no path of somebody's machine."""
    hosts = ("pypi" + ".org", "python" + "hosted", "/sim" + "ple/", "registry." + "npm")
    paths = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/")
    words = re.compile("|".join(map(re.escape, (*hosts, *paths))))
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content and (match := words.search(content.decode("utf-8", "replace"))):
            found.append(f"{name(path)}: {match[0]}")
    assert found == []


def test_the_readme_names_what_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"`((?:{'|'.join(FLOORS)}|tests|docs)/[\w./]+)`", text))
    assert named
    assert sorted(n for n in named if not (ROOT / n).exists()) == []


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    near = [t for t in targets if not t.startswith(("http:", "https:"))]
    assert [t for t in near if not (path.parent / t).exists()] == []


# --- Starting fast -------------------------------------------------------------------------------


def test_help_starts_without_the_app() -> None:
    script = (
        "import sys; from commands.main import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'streamlit', 'pandas', 'plotly', 'duckdb'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == "[]"
