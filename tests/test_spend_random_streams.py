"""Random streams: the same numbers everywhere, each risk its own."""

import hashlib
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spend.random_streams import normals, uniforms

seeds = st.integers(0, 2**64)


def test_the_first_numbers_are_those_of_the_published_generator() -> None:
    """Independently: PCG64 (O'Neill, 2014; XSL-RR output) in whole numbers of Python."""
    words = np.frombuffer(hashlib.sha256(b"index STEEL").digest(), dtype="<u4").tolist()
    sequence = np.random.SeedSequence(5, spawn_key=tuple(words))
    high_state, low_state, high_step, low_step = sequence.generate_state(4, np.uint64).tolist()
    modulus, multiplier = 2**128, 0x2360ED051FC65DA44385DF649FCCF645
    step = ((high_step << 64 | low_step) << 1 | 1) % modulus
    state = (step + (high_state << 64 | low_state)) % modulus
    state = (state * multiplier + step) % modulus
    expected = []
    for _ in range(5):
        state = (state * multiplier + step) % modulus
        mixed, turn = (state >> 64) ^ (state & (2**64 - 1)), state >> 122
        output = (mixed >> turn | mixed << (64 - turn)) & (2**64 - 1)
        expected.append(((output >> 12) + 0.5) / 2**52)
    assert uniforms(5, "index STEEL", 5).tolist() == expected


def test_normals_are_the_inverse_of_the_uniforms() -> None:
    numbers = uniforms(3, "volume L1", 100).tolist()
    expected = [NormalDist().inv_cdf(u) for u in numbers]
    assert normals(3, "volume L1", 100) == pytest.approx(expected, abs=1e-12)


def test_they_are_uniform_and_normal() -> None:
    assert stats.kstest(uniforms(1, "a", 20_000), "uniform").pvalue > 0.01
    assert stats.kstest(normals(1, "a", 20_000), "norm").pvalue > 0.01


def test_risks_know_nothing_of_each_other() -> None:
    names = ("index A", "index B", "volume A", "saving A")
    together = np.corrcoef([normals(1, name, 20_000) for name in names])
    assert np.abs(together - np.eye(4)).max() < 4 / np.sqrt(20_000)


@given(seeds, st.text(max_size=20), st.integers(0, 50), st.integers(0, 50))
def test_fewer_numbers_are_the_first_of_more(seed: int, name: str, few: int, more: int) -> None:
    few, more = sorted((few, more))
    assert uniforms(seed, name, few).tolist() == uniforms(seed, name, more)[:few].tolist()


@given(seeds, st.text(max_size=20), st.text(max_size=20))
def test_another_name_or_seed_gives_other_numbers(seed: int, one: str, other: str) -> None:
    numbers = uniforms(seed, one, 4).tolist()
    assert all(0 < number < 1 for number in numbers)
    assert numbers != uniforms(seed + 1, one, 4).tolist()
    assert (numbers == uniforms(seed, other, 4).tolist()) == (one == other)


@pytest.mark.parametrize("seed", [-1, 1.5, float("nan"), float("inf")])
def test_a_bad_seed_says_the_rule(seed: Any) -> None:
    with pytest.raises(ValueError, match="whole number, zero or more"):
        uniforms(seed, "a", 1)
