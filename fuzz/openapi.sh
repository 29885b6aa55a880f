#!/bin/sh
# Holds the server against /openapi.json, which is made from its routes: schemathesis asks for what the document
# allows and for what it does not, and no answer may be a 5xx, or of a status, type or form that is not described.
# It is installed with pip, into a folder of its own outside this repository (SCHEMATHESIS names another).
set -eu
cd "$(dirname "$0")/.."
seconds=${OPENAPI_SECONDS:-120}
folder=${SCHEMATHESIS:-${XDG_CACHE_HOME:-$HOME/.cache}/tuilerie-schemathesis}
if ! [ -x "$folder/bin/schemathesis" ]; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet "schemathesis>=4.32,<5"
fi
cargo build --quiet
log=$(mktemp)
target/debug/tuilerie demo --listen 127.0.0.1:0 2>"$log" &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$log"' EXIT
address=""
while [ -z "$address" ]; do
    sleep 0.1
    address=$(sed -n 's,.*listening on \(http://[0-9.:]*\).*,\1,p' "$log")
done
while [ "$(curl -s -o /dev/null -w '%{http_code}' "$address/health/ready")" != 200 ]; do sleep 0.2; done
# /changes has no end. That unknown parameters of a query are let pass is meant, but for maps, sheets and legends (they
# are no part of a cache's key): so refusing what the document does not allow is not asked for.
# In its own folder, since it leaves notes where it is run.
(cd "$folder" && bin/schemathesis run "$address/openapi.json" --url "$address" --exclude-path /changes \
    --phases examples,coverage,fuzzing --max-time "$seconds" --request-timeout 30 --warnings off \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,allow_header_conformance)
! grep -iE "panicked|went wrong" "$log"
