#!/usr/bin/env bash
# Holds docker-compose.yml against the schema of Compose, and its commands against the program's own options.
set -euo pipefail
cd "$(dirname "$0")/../.."
checker="$(tests/run/tool.sh check-jsonschema check-jsonschema==0.34.0 PyYAML==6.0.2)" || { echo "$checker"; exit 0; }
"$checker" --builtin-schema vendor.compose-spec docker-compose.yml
"$(dirname "$checker")/python" - docker-compose.yml "$ESSAIM_BIN" <<'PYTHON'
"""Every command, option and variable of the Compose file is one that the program has."""

import json
import re
import subprocess
import sys

import yaml

compose, program = sys.argv[1:]
services = yaml.safe_load(open(compose, encoding="utf-8"))["services"]
show = subprocess.run([program, "config", "show", "--format", "json"], check=True, capture_output=True)
variables = {setting["variable"] for setting in json.loads(show.stdout)} | {"ESSAIM_CONFIG"}
tried = 0
for name, service in services.items():
    if not service["image"].startswith("essaim:"):
        continue
    unknown = [key for key in service.get("environment", {}) if key.startswith("ESSAIM_") and key not in variables]
    assert not unknown, f"{name}: {unknown} are no settings"
    command, *arguments = service["command"]
    text = subprocess.run([program, command, "--help"], check=True, capture_output=True, text=True).stdout
    known = set(re.findall(r"--[a-z-]+", text))
    options = [argument.partition("=")[0] for argument in arguments if argument.startswith("--")]
    missing = [option for option in options if option not in known]
    assert not missing, f"{name}: {command} has no {missing}"
    tried += len(options)
assert tried > 5, tried
print(f"{tried} options")
PYTHON
