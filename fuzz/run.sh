#!/bin/sh
# Lets each target look for faults, the time of FUZZ_SECONDS shared out; stops at the first finding and
# says how to see it again. Targets may be named; all of them otherwise.
set -eu
cd "$(dirname "$0")"
[ -e Cargo.lock ] && [ Cargo.lock -nt ../Cargo.lock ] || cp ../Cargo.lock Cargo.lock
cargo build --quiet
targets=${*:-$(basename -s .rs targets/*.rs)}
seconds=$((${FUZZ_SECONDS:-600} / $(echo "$targets" | wc -w)))
binaries=target/$(rustc -vV | sed -n 's/^host: //p')/debug
# What asks for memory by what a damaged count says, ends there.
ulimit -v 4194304
for target in $targets; do
    mkdir -p "corpus/$target" "findings/$target"
    echo "$target: $seconds s"
    "$binaries/$target" "corpus/$target" -artifact_prefix="findings/$target/" \
        -max_total_time="$seconds" -timeout=20 -max_len=65536 -print_final_stats=1 \
        2>"findings/$target.log" || {
        grep -E "panicked|^ERROR|SUMMARY|allocation" -A 2 "findings/$target.log" | head -20 >&2
        finding=$(sed -n 's/.*Test unit written to //p' "findings/$target.log")
        echo "again: cd fuzz && cargo run --bin $target -- $finding" >&2
        exit 1
    }
    grep -E "stat::number_of_executed_units|stat::average_exec" "findings/$target.log"
done
