#!/usr/bin/env bash
# Writes the pins (*.txt) of what the *.in files name. `make requirements` runs it, where the CPU build of torch is at
# hand. Pins that still fit stay; UPGRADE="flask numpy" moves those two, UPGRADE=all moves every one.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check pip==26.3 pip-tools==7.6.2

upgrades=()
for name in ${UPGRADE:-}; do
  if [[ $name == all ]]; then upgrades+=(--upgrade); else upgrades+=(--upgrade-package "$name"); fi
done

pin() { # pin FILE.txt ARGUMENTS
  echo "$1"
  CUSTOM_COMPILE_COMMAND="make requirements" "$tools/bin/pip-compile" --quiet --allow-unsafe --strip-extras \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --annotation-style=line \
    "${upgrades[@]}" --output-file "$@"
  sed -i -E 's/^([^# ]+==[^+ ]+)\+[^ ]+/\1/' "$1" # "torch==2.13.0+cpu": any build of the release will do
}

pin requirements.txt requirements/serve.in requirements/read.in requirements/prepare.in requirements/research.in \
  requirements/dataset.in requirements/trial.in requirements/tools.in
for name in serve read prepare research dataset tools; do
  pin requirements/$name.txt --constraint requirements.txt requirements/$name.in
done
pin tests/requirements.txt --constraint requirements.txt tests/requirements.in
