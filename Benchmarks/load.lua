-- Makes the requests of one workload for wrk, and counts what was acknowledged.
--
-- From the environment: WORKLOAD, TOKEN (of drive staff, laboratory, coordinator:
-- whoever the workload needs), DONORS, FIRST (the first unused number) and ACKS
-- (the file to which acknowledged donation numbers are written).

local workload = os.getenv("WORKLOAD")
local first = tonumber(os.getenv("FIRST") or "1")
local donors = tonumber(os.getenv("DONORS") or "1")

-- Read by `done` from the thread when it is over.
acknowledged, completed, failures, example = 0, 0, 0, ""

local function id(kind, number)
  return string.format("01900000-%s-7000-8000-%012x", kind, number)
end

local function authorised(token)
  return { ["Authorization"] = "Bearer " .. (os.getenv(token) or "") }
end

local function posting(token)
  local headers = authorised(token)
  headers["Content-Type"] = "application/json"
  return headers
end

local number = first - 1
local function nextNumber()
  number = number + 1
  return number
end

local drive_staff, laboratory = posting("DRIVE_STAFF"), posting("LABORATORY")
local coordinator, reader = posting("COORDINATOR"), authorised("DRIVE_STAFF")
local reporter = authorised("COORDINATOR")
local today = os.time()
local started = os.date("!%Y-%m-%dT%H:%M:%SZ", today - 900)
local ended = os.date("!%Y-%m-%dT%H:%M:%SZ", today - 300)

local function donation()
  local n = nextNumber()
  drive_staff["Idempotency-Key"] = "donation-" .. n
  return wrk.format("POST", "/v1/drives/" .. id("0003", 1 + n % 400) .. "/donations",
    drive_staff, string.format(
      '{"din":"KZ3%010d","donor_id":"%s","kind":"whole_blood","intent":"voluntary",' ..
      '"volume_ml":450,"started_at":"%s","ended_at":"%s","outcome":"completed"}',
      n, id("0004", 2 * n), started, ended))
end

local function components(din)
  laboratory["Idempotency-Key"] = "components-" .. din
  return wrk.format("POST", "/v1/donations/" .. din .. "/components", laboratory,
    '{"components":[{"component":"red_cells","volume_ml":280},' ..
    '{"component":"plasma","volume_ml":230}]}')
end

-- Donation numbers that were acknowledged and await their components.
local waiting, head, tail = {}, 1, 0

local makers = {
  health = function() return wrk.format("GET", "/healthz") end,
  donor = function()
    return wrk.format("GET", "/v1/donors/" .. id("0004", math.random(donors)), reader)
  end,
  donation = donation,
  pair = function()
    if head > tail then return donation() end
    local din = waiting[head]
    waiting[head] = nil
    head = head + 1
    return components(din)
  end,
  allocation = function()
    local n = nextNumber()
    coordinator["Idempotency-Key"] = "allocation-" .. n
    return wrk.format("POST", "/v1/requests/" .. id("000d", n) .. "/allocations", coordinator)
  end,
  report = function()
    return wrk.format("GET", "/v1/shortages?component=red_cells", reporter)
  end,
}

request = makers[workload]

local acks = os.getenv("ACKS") and io.open(os.getenv("ACKS"), "a")

-- Without this function wrk does not hand the answers over, which is cheaper.
if workload == "donation" or workload == "pair" or workload == "allocation" then
  function response(status, headers, body)
    if status ~= 201 then
      failures = failures + 1
      if example == "" then example = status .. " " .. body end
      return
    end
    local din = headers["Location"]:match("^/v1/donations/(.+)$")
    if din or workload == "allocation" then acknowledged = acknowledged + 1 end
    if din then
      acks:write(din, "\n")
      tail = tail + 1
      waiting[tail] = din
    else
      completed = completed + 1
    end
  end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

-- One line: seconds, answers, failures, acknowledged, completed, p50 and p99 in ms.
function done(summary, latency, requests)
  local thread, errors = threads[1], summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  if thread:get("example") ~= "" then
    io.stderr:write("first failure: ", thread:get("example"), "\n")
  end
  io.write(string.format("RESULT %.3f %d %d %d %d %.2f %.2f\n", summary.duration / 1e6,
    summary.requests, failed, thread:get("acknowledged"), thread:get("completed"),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
