"""The domain reads no clock, no request and no randomness; money has no float; no bare except."""

import ast

from tests.architecture.source import (
    APPS,
    calls,
    dotted,
    imports,
    modules,
    name,
    role,
    tree,
)

DOMAIN = {"services", "rules", "queries", "models", "states", "permissions", "eligibility"}
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "time.time",
    "time.time_ns",
    "localdate",
}
RANDOMNESS = {"random.random", "random.choice", "random.shuffle", "random.randint", "random.Random"}


def domain_modules():
    return [path for path in modules(*APPS) if role(path) in DOMAIN]


def test_the_domain_reads_no_clock():
    found = [
        f"{name(path)}:{call.lineno} {dotted(call.func)}()"
        for path in domain_modules()
        for call in calls(path)
        if dotted(call.func) in CLOCKS
    ]
    assert found == []


def test_no_model_takes_its_own_time_of_day():
    found = [
        f"{name(path)}:{node.value.lineno} {node.arg}"
        for path in domain_modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword)
        and node.arg in {"auto_now", "auto_now_add"}
        and isinstance(node.value, ast.Constant)
        and node.value.value
    ]
    assert found == []


def test_the_domain_knows_no_request():
    found = [
        f"{name(path)}:{line} imports {imported}"
        for path in domain_modules()
        for line, imported in imports(path)
        if imported.startswith(("django.http", "rest_framework", "django.shortcuts"))
    ]
    found += [
        f"{name(path)}:{node.lineno} takes a request"
        for path in domain_modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.arg)
        and node.annotation is not None
        and dotted(node.annotation) in {"HttpRequest", "Request"}
    ]
    assert found == []


def test_the_domain_draws_no_randomness_of_its_own():
    found = [
        f"{name(path)}:{call.lineno} {dotted(call.func)}()"
        for path in domain_modules()
        for call in calls(path)
        if dotted(call.func) in RANDOMNESS
    ]
    assert found == []


def test_money_is_never_a_float():
    found = []
    for path in modules(migrations=True):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr == "FloatField":
                found.append(f"{name(path)}:{node.lineno} FloatField")
            target, value = _assigned(node)
            if target.endswith("_cents") and value is not None and _has_float(value):
                found.append(f"{name(path)}:{value.lineno} {target}")
    assert found == []


def _assigned(node: ast.AST) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return dotted(node.targets[0]), node.value
    if isinstance(node, ast.AnnAssign):
        return dotted(node.target), node.annotation
    if isinstance(node, ast.arg):
        return node.arg, node.annotation
    if isinstance(node, ast.keyword) and node.arg:
        return node.arg, node.value
    return "", None


def _has_float(value: ast.expr) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            return True
        if isinstance(node, ast.Name) and node.id == "float":
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return True
    return False


def test_no_exception_is_swallowed_whole():
    broad = {"Exception", "BaseException"}
    found = []
    for path in modules(*APPS):
        lines = path.read_text().splitlines()
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.ExceptHandler)
                and (node.type is None or dotted(node.type) in broad)
                and "# noqa: BLE001 - " not in lines[node.lineno - 1]
                and not _raises_or_tells(node)
            ):
                found.append(f"{name(path)}:{node.lineno}")
    assert found == []


def _raises_or_tells(handler: ast.ExceptHandler) -> bool:
    """Whether a broad handler raises again or logs the whole trace."""
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and dotted(node.func).endswith(".exception"))
        for node in ast.walk(handler)
    )


def test_nothing_listens_to_model_signals():
    found = [
        f"{name(path)}:{line} imports {imported}"
        for path in modules()
        for line, imported in imports(path)
        if imported.startswith(("django.db.models.signals", "django.dispatch"))
        or "GenericForeignKey" in imported
    ]
    assert found == []
