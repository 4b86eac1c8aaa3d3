"""Whatever the OpenAPI description allows, and what it does not, is answered without a fault of the server."""

from __future__ import annotations

import warnings
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from lantian.web.app import create_app

EXAMPLES = 15
"""Questions an address; raise it for a long run."""


@pytest.mark.slow
def test_no_address_of_the_api_fails(sample):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import schemathesis

        app = create_app(sample.at(datetime(2016, 1, 1, 1)))
        schema = schemathesis.openapi.from_asgi("/openapi.json", app)
        addresses = 0
        for found in schema.get_all_operations():
            operation = found.ok()
            addresses += 1

            @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy())
            def ask(case):
                answer = case.call()
                assert answer.status_code < 500, (case.formatted_path, answer.status_code)

            ask()
    assert addresses >= 10
