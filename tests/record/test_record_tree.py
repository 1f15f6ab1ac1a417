"""The RFC 6962 tree against certificate transparency's own vectors, and every size to 64."""

import hashlib
import importlib.util
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from record import tree

DATA = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [tree.leaf_hash(one) for one in DATA]
MANY = [tree.leaf_hash(bytes([index])) for index in range(64)]


def verify_program() -> ModuleType:
    """docs/verify/verify.py, which proves consistency by its own code."""
    path = Path(__file__).parents[2] / "docs" / "verify" / "verify.py"
    spec = importlib.util.spec_from_file_location("verify_program", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 §2.1 defines it, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    left, right = by_definition(leaves[:k]), by_definition(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_vectors(size: int) -> None:
    assert tree.root_of(LEAVES[:size]).hex() == ROOTS[size]
    assert tree.range_root(tree.reader_over(LEAVES), 0, size).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_the_paths_are_those_of_the_vectors(index: int, size: int) -> None:
    path = tree.inclusion_proof(tree.reader_over(LEAVES), index, size)
    assert [one.hex() for one in path] == PATHS[index, size]


@pytest.mark.parametrize("size", range(1, 65))
def test_every_leaf_of_every_size_is_proved_and_no_other_leaf_is(size: int) -> None:
    read, root = tree.reader_over(MANY), by_definition(MANY[:size])
    assert tree.root_of(MANY[:size]) == root
    for index in range(size):
        path = tree.inclusion_proof(read, index, size)
        assert tree.verify_inclusion(MANY[index], index, size, path, root)
        assert not tree.verify_inclusion(tree.leaf_hash(b"other"), index, size, path, root)
        assert not tree.verify_inclusion(MANY[index], index, size, [*path, root], root)
        assert not tree.verify_inclusion(MANY[index], size, size, path, root)
        if path:
            assert not tree.verify_inclusion(MANY[index], index, size, path[:-1], root)
            assert not tree.verify_inclusion(MANY[index], index ^ 1, size, path, root)


@pytest.mark.parametrize("second", range(1, 65))
def test_every_pair_of_sizes_is_proved_consistent_and_no_other_root_is(second: int) -> None:
    read, root = tree.reader_over(MANY), by_definition(MANY[:second])
    for first in range(1, second + 1):
        old = by_definition(MANY[:first])
        path = tree.consistency_proof(read, first, second)
        assert tree.verify_consistency(first, second, old, root, path)
        wrong = tree.leaf_hash(b"wrong")
        assert not tree.verify_consistency(first, second, wrong, root, path)
        assert not tree.verify_consistency(first, second, old, wrong, path)
        assert not tree.verify_consistency(first, second, old, root, [*path, wrong])


def test_all_pairs_of_a_record_as_large_as_the_demos_are_consistent_by_two_programs() -> None:
    leaves = [tree.leaf_hash(number.to_bytes(4, "big")) for number in range(1092)]
    levels = [leaves]
    while len(levels[-1]) > 1:
        last = levels[-1]
        pairs = range(0, len(last) - 1, 2)
        levels.append([tree.node_hash(last[at], last[at + 1]) for at in pairs])
    sizes = sorted({*Random(3).sample(range(1, 1092), 172), 1092})
    program = verify_program()

    def read(level: int, index: int) -> bytes:
        return levels[level][index]

    roots = {size: tree.range_root(read, 0, size) for size in sizes}
    assert roots[1092] == by_definition(leaves)
    pairs_seen = 0
    for second in sizes:
        for first in sizes[: sizes.index(second) + 1]:
            path = tree.consistency_proof(read, first, second)
            assert tree.verify_consistency(first, second, roots[first], roots[second], path)
            words = [one.hex() for one in path]
            assert program.grow(first, second, words, roots[first]) == (
                roots[first],
                roots[second],
            )
            pairs_seen += 1
    assert pairs_seen == 173 * 174 // 2


def test_proofs_outside_the_tree_are_refused() -> None:
    read = tree.reader_over(MANY)
    with pytest.raises(ValueError):
        tree.inclusion_proof(read, 3, 3)
    with pytest.raises(ValueError):
        tree.consistency_proof(read, 0, 3)
    assert not tree.verify_consistency(0, 3, b"", b"", [])
    assert not tree.verify_consistency(4, 3, b"", b"", [])
