#!/usr/bin/env bash
# Build sdist and wheel into dist/, and try the wheel in a clean environment, from a folder whose
# own `models` and `api` packages must not be touched. Run by `make wheel`, which sets up .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin

rm -rf dist ./*.egg-info
"$bin/python" -m build --no-isolation --outdir dist . >/dev/null
wheel=$(echo "$PWD"/dist/jvopt-*.whl)
tops=$("$bin/python" -m zipfile --list "$wheel" | awk 'NR > 1 { sub("/.*", "", $1); print $1 }' | sort -u)
if [ "$(grep -v '^jvopt-.*\.dist-info$' <<<"$tops")" != jvopt ]; then
    echo "the wheel holds more than jvopt: $tops" >&2
    exit 1
fi

packed=$("$bin/python" -m zipfile --list "$wheel" | awk '{ print $1 }')
if missing=$(git ls-files jvopt | grep --invert-match --line-regexp --fixed-strings "$packed"); then
    echo "the wheel lacks what belongs to jvopt: $missing" >&2
    exit 1
fi

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
"$bin/python" -m venv --without-pip "$temp/env"

# install [--extra NAME]: what jvopt needs at the versions and hashes of the lock, then the wheel.
install() {
    cp requirements.lock "$temp/needs.lock"
    "$bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --fork-strategy fewest "$@" pyproject.toml --output-file "$temp/needs.lock"
    "$bin/uv" pip sync --quiet --python "$temp/env" --require-hashes --only-binary :all: "$temp/needs.lock"
    "$bin/uv" pip install --quiet --python "$temp/env" --no-deps --offline "$wheel"
}

mkdir -p "$temp/here/models" "$temp/here/api"
echo 'raise ImportError("this is the models package of the user")' >"$temp/here/models/__init__.py"
echo 'raise ImportError("this is the api package of the user")' >"$temp/here/api/__init__.py"

install
cd "$temp/here"
export PYTHONPATH=$PWD
for name in models api; do
    if "$temp/env/bin/python" -c "import $name" 2>/dev/null; then
        echo "the $name package of this test is not in the way" >&2
        exit 1
    fi
done
"$temp/env/bin/jvopt" --version
"$temp/env/bin/jvopt" template t.xlsx
test -s t.xlsx
"$temp/env/bin/python" -c 'import jvopt; print(jvopt.optimize(jvopt.example("tiny")).summary)'

cd "$OLDPWD"
install --extra service
cd "$temp/here"
"$temp/env/bin/python" -c 'import jvopt.api'
echo "the wheel works: $(basename "$wheel")"
