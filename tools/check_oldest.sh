#!/usr/bin/env bash
# Install jvopt with the oldest versions that pyproject.toml allows, and run a small but telling part
# of the tests with them: reading, checking, solving, auditing, writing, serving. Run by
# `make test-oldest`, which sets up .venv. What it passes on is pytest's.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
env=$PWD/.venv/oldest

tests=(
    tests/core/test_json_schema.py
    tests/examples/test_small.py
    tests/excel/test_roundtrip.py
    tests/models/test_published.py # those worked by hand lean on scipy's own solver, wrong before 1.17.1
    tests/audit/test_tampered.py
    tests/api/test_routes.py
)
# The tools of the tests as they are locked; all that jvopt itself needs as old as it may be.
grep -E '^(pytest|pytest-timeout|hypothesis|jsonschema)==' requirements.lock | sed 's/ *\\$//; s/ ;.*//' \
    >"$bin/../oldest.txt"
"$bin/uv" venv --quiet --clear --python "$bin/python" "$env"
"$bin/uv" pip install --quiet --python "$env" --resolution lowest-direct --only-binary :all: \
    --no-binary jvopt -r "$bin/../oldest.txt" --editable '.[service]'
"$bin/uv" pip freeze --quiet --python "$env" | grep -E '^(highspy|numpy|openpyxl|pandas|pydantic|pyomo|scipy|fastapi|sqlalchemy)=='
"$env/bin/python" -m pytest -q -p no:cacheprovider "${tests[@]}" "$@"
