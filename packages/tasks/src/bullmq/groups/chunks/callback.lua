-- What the stock script takes that adds a task without delay.
function tasks.standardKeys()
  return { WAIT, QUEUE .. "paused", META, QUEUE .. "id", QUEUE .. "completed", DELAYED, ACTIVE, EVENTS, MARKER }
end

-- Tells a producer's URL that its task is settled: a task of its own comes into the queue in the same step, so neither a worker
-- nor the api that dies here can lose it. Its id follows from the task's, so it comes in once.
function tasks.callBack(id, url, record)
  local callbackId = "c_" .. string.gsub(id, "^t_", "")
  local host = string.match(url, "^%w+://([^/]+)") or ""
  local body = { handler = "hub.callback", data = { url = url, record = record } }
  -- One after the other to each host, and a host that does not answer delays nobody else's.
  local group = tasks.groupName("callback:" .. host, "hub.callback")
  local options = { jobId = callbackId, attempts = 8, group = { id = group },
    backoff = { type = "exponential", delay = 5000 } }
  local args = { QUEUE, callbackId, "hub.callback", tasks.nowMs() }
  stock.addStandardJob(tasks.standardKeys(), { cmsgpack.pack(args), cjson.encode(body), cmsgpack.pack(options) })
  call("LREM", WAIT, "1", callbackId)
  tasks.ingest(callbackId, group)
  tasks.wake()
end
