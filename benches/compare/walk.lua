-- wrk: asks for each path of a list once, the threads taking turns in it, and reports as JSON.
-- Arguments: the file of paths, the number of threads. A thread at the end of the list begins anew.

local started = 0

function setup(thread)
  thread:set("number", started)
  started = started + 1
end

function init(arguments)
  requests = {}
  local line = 0
  for path in io.lines(arguments[1]) do
    if line % tonumber(arguments[2]) == number then
      -- Made beforehand, so that wrk costs as little as it can of the cores it shares.
      requests[#requests + 1] = wrk.format("GET", path, { ["Accept-Encoding"] = "gzip" })
    end
    line = line + 1
  end
  at = 0
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"p50_ms":%.3f,"p99_ms":%.3f,"errors":%d}',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
