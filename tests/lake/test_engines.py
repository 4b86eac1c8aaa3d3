"""What both engines must do alike with small tables."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lantian.lake.engine import open_engine


@pytest.mark.parametrize("spec", ["duckdb", pytest.param("spark:local[2]", marks=pytest.mark.spark)])
def test_a_table_with_empty_chunks_keeps_all_its_rows(spec):
    part = pa.table({"a": pa.array([1, 2], pa.int64())})
    with open_engine(spec) as engine:
        engine.table("parts", pa.concat_tables([part, part.slice(0, 0), part, part.slice(0, 0)]))
        assert engine.fetch("SELECT COUNT(*) AS n, SUM(a) AS s FROM parts").to_pylist() == [{"n": 4, "s": 6}]
