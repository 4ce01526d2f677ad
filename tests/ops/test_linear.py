"""Products agree with NumPy's, whatever is constant and whatever the shapes."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
import scipy.sparse
from nengo.builder.operator import BsrDotInc, DotInc, ElementwiseInc, SparseDotInc
from nengo.builder.signal import Signal

from nengo_nb.ops import sparse
from nengo_nb.plan.signature import Layout

from .reference import Case, assert_agrees, group_of, random_case, run_rule

CONSTANT = [(), (0,), (1,), (0, 1)]


def zeros(shape: tuple[int, ...]) -> Signal:
    return Signal(np.zeros(shape))


@pytest.mark.parametrize("constant", CONSTANT)
@pytest.mark.parametrize(
    ("A", "X", "Y"),
    [
        ((4, 3), (3,), (4,)),
        ((1, 3), (3,), (1,)),
        ((4, 1), (1,), (4,)),
        ((4, 3), (3, 1), (4, 1)),
        ((), (3,), (3,)),
        ((), (), ()),
        ((), (3, 1), (3, 1)),
        ((3,), (), (3,)),
        ((3,), (3,), ()),
        ((3,), (3,), (1,)),
        ((3,), (3, 1), (1,)),
    ],
    ids=str,
)
def test_dot_inc_is_numpys_dot(A, X, Y, constant, rng):
    """For all shapes that Nengo accepts."""
    ops = [DotInc(zeros(A), zeros(X), zeros(Y)) for _ in range(3)]

    assert_agrees(random_case(ops, rng, constant, n_steps=3), float32=None if constant else 1e-5)


def test_a_single_number_is_added_to_all_elements(rng):
    """``np.dot`` of two vectors is a number, which NumPy broadcasts over ``Y``."""
    ops = [DotInc(zeros((3,)), zeros((3,)), zeros((5,)), reshape=False) for _ in range(2)]

    assert_agrees(random_case(ops, rng, n_steps=3))


@pytest.mark.parametrize("m", [1, 4], ids=["one row", "rows"])
@pytest.mark.parametrize("n", [2, 15, 16, 59, 60, 511, 512])
def test_one_item_is_multiplied_in_the_way_that_is_fastest_for_its_shape(m, n, rng):
    """Of rows of a few, of many and of very many, and of a single row."""
    ops = [DotInc(zeros((m, n)), zeros((n,)), zeros((m,))) for _ in range(5)]

    assert_agrees(random_case(ops, rng, constant=(0,), n_steps=3, batch=1), float32=1e-5)


@pytest.mark.parametrize("constant", CONSTANT)
@pytest.mark.parametrize(
    ("shapes", "layout"),
    [
        ([((n,), (n,), (n,)) for n in (1, 3, 4)], Layout.ELEMENTWISE),
        ([((), (n,), (n,)) for n in (1, 3, 4)], Layout.ELEMENTWISE),
        ([((1,), (n,), (n,)) for n in (1, 3, 4)], Layout.ELEMENTWISE),
        ([((), (), ())] * 3, Layout.ELEMENTWISE),
        ([((2, n), (2, n), (2, n)) for n in (1, 3, 4)], Layout.ELEMENTWISE),
        ([((), (2, 3), (2, 3))] * 3, Layout.STACKED),
        ([((2, 1), (3,), (2, 3))] * 3, Layout.STACKED),
        ([((2, 1), (1, 3), (2, 3))] * 3, Layout.STACKED),
    ],
    ids=str,
)
def test_elementwise_inc_broadcasts_as_numpy_does(shapes, layout, constant, rng):
    """Side by side where elements correspond, stacked where they do not."""
    ops = [ElementwiseInc(*map(zeros, three)) for three in shapes]
    case = random_case(ops, rng, constant, n_steps=3)

    assert group_of(case, "float64").layout is layout
    assert_agrees(case, float32=None if constant else 1e-5)


@pytest.mark.parametrize("constant", CONSTANT)
@pytest.mark.parametrize("indptr", [[0, 1, 2, 3, 4], [0, 2, 2, 4]], ids=str)
def test_bsr_dot_inc_is_scipys_product(indptr, constant, rng):
    """With block rows of one block each, and with several or none."""
    indices = [1, 0, 2, 2]
    n_rows = len(indptr) - 1
    ops = [
        BsrDotInc(
            zeros((4, 2, 3)), zeros((9,)), zeros((2 * n_rows,)), indices, indptr, reshape=False
        )
        for _ in range(3)
    ]

    assert_agrees(random_case(ops, rng, constant, n_steps=3))


def sparse_ops(matrices, column=False):
    shape = (1,) if column else ()
    return [
        SparseDotInc(Signal(m), zeros((m.shape[1], *shape)), zeros((m.shape[0], *shape)))
        for m in matrices
    ]


def random_matrix(rng, m, n, density, dtype=float):
    values = (rng.standard_normal((m, n)) * 9 + 1) * (rng.random((m, n)) < density)
    return scipy.sparse.csr_matrix(values.astype(dtype))


@pytest.mark.parametrize("dtype", [float, int])
@pytest.mark.parametrize("density", [0.01, 0.5])
@pytest.mark.parametrize("column", [False, True])
def test_sparse_dot_inc_is_the_dense_product(density, dtype, column, rng):
    """Sparse or nearly full, of floats or of integers."""
    ops = sparse_ops([random_matrix(rng, 60, 50, density, dtype) for _ in range(3)], column)

    assert_agrees(random_case(ops, rng, n_steps=3))


def test_a_sparse_matrix_with_one_long_row_is_not_filled_up(rng):
    """Rows are sorted into tables by their length."""
    dense = np.zeros((200, 300))
    dense[7] = rng.standard_normal(300)
    dense[np.arange(100), np.arange(100)] += 1
    matrix = scipy.sparse.csr_matrix(dense)

    tables = sparse.padded_rows(sparse.matrix_of(sparse_ops([matrix])[0]), "float64")

    assert sum(values.size for values in tables.values) <= 2 * matrix.nnz
    assert_agrees(random_case(sparse_ops([matrix, matrix]), rng, n_steps=3))


def test_nengos_own_sparse_matrix_and_an_empty_one_work(rng):
    """Nengo has a format of its own, for use without SciPy."""
    own = nengo.transforms.SparseMatrix([[0, 1], [2, 0]], [2, 3], (30, 20))
    none = nengo.transforms.SparseMatrix(np.zeros((0, 2), dtype=int), np.zeros(0), (30, 20))

    assert_agrees(random_case(sparse_ops([own, own, none]), rng, n_steps=3))


def test_elements_of_a_sparse_matrix_in_one_place_are_added_up(rng):
    twice = nengo.transforms.SparseMatrix([[2, 3], [0, 1], [2, 3]], [2.0, 3.0, 4.0], (30, 20))

    assert sparse.matrix_of(sparse_ops([twice])[0]).toarray("float64")[2, 3] == 6
    assert_agrees(random_case(sparse_ops([twice]), rng, n_steps=3))


def test_a_large_sparse_matrix_is_never_made_dense(rng):
    """A million rows squared would not fit."""
    n = 1_000_000
    rows = rng.integers(0, n, 50)
    matrix = scipy.sparse.csr_matrix((np.ones(50), (rows, np.arange(50))), shape=(n, n))
    case = Case(sparse_ops([matrix]), [[rng.standard_normal((1, 1, n))]], n_steps=1, batch=1)

    (result,) = run_rule(case)[0]

    np.testing.assert_allclose(result[0, 0], matrix @ case.inputs[0][0][0, 0], atol=1e-12)
