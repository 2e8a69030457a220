-- Takes one task for a worker. The stock scripts take what is rightmost in `wait`; exactly one task is laid there right
-- before, the one whose turn it is, and if there is none the stock script must not fetch: it would take anything else.

-- NOTHING_DELAYED stands in place of `delayed` where a stock script fetches, and is never there. The script would put what is due into
-- the queue by itself, all at once and trusting that each is a job: one that is not breaks it off when the others are in no list any more.

-- Takes the next task out of its group's queue. returns it as takeNext does, or nil
--
-- What is due, or was put into the queue past our door, is looked for when there is nothing to start, and else in one of
-- sixteen milliseconds: the look costs as much as a tenth of a task, and busy workers come by many times in each.
function tasks.pick()
  local task
  if tasks.nowMs() % 16 ~= 0 then task = tasks.takeNext() end
  if not task then
    tasks.promoteDue()
    tasks.ingestRaw("40")
    task = tasks.takeNext()
  end
  -- Whoever waits for a task must learn of the moment; it is told as the stock scripts tell of a delay that will be over.
  if hasLimited then call("ZADD", MARKER, "LT", tasks.whole(tasks.nextLook(tasks.nowMs())), "1") end
  return task
end

-- Lays the next task where the stock script takes it. returns it, or nil
function tasks.stage() -- seldom
  local task = tasks.pick()
  if task then call("RPUSH", WAIT, task.id) end
  return task
end

function tasks.unstage(task) -- seldom
  call("LREM", WAIT, "-1", task.id)
  tasks.putBack(task)
end

-- What the fetches of this script have come to.
local hasFetched, hasFoundNothing, hasStarted = false, false, false

-- A task was handed out without a stock script.
function tasks.noteStart()
  hasFetched, hasStarted = true, true
end

-- What to answer when there is nothing to take.
function tasks.nothing(timestamp)
  hasFoundNothing = true
  return { 0, 0, 0, tasks.nextLook(timestamp) }
end

-- After the last fetch: the marker, for which idle workers wait, stands while there is something to take. Each time a stock
-- script hands out a task it sets it, and whoever came would find nothing.
function tasks.settleMarker()
  if not hasFetched and not hasFoundNothing then return end
  if call("EXISTS", READY, WAIT) == 0 and not tasks.hasPassedOn then
    call("ZREM", MARKER, "0")
  elseif hasFoundNothing or hasStarted then
    -- There is more to take; or more tries, or more raw tasks, than one fetch may handle: somebody must come at once.
    call("ZADD", MARKER, "0", "0")
  end
end

-- What derivedRecord takes, of a job's names and values by turns, as it was before it was started.
local function factsOf(task) -- seldom
  local fields, job = {}, task.job
  for index = 1, task.size or #job, 2 do fields[job[index]] = job[index + 1] end
  return { fields.name, fields.gid, fields.rec, fields.ats, fields.atm, fields.processedOn, fields.finishedOn }
end

-- Whether its job says all that its record would.
function tasks.isFirst(task)
  return task.starts + task.failures == 0 and task.rec
end

-- returns {group, fence, verdict, record, id}; the record of a first attempt that nobody watches is false: the job says what it would say.
function tasks.firstBegun(task)
  return { task.group, "1", "begun", false, task.id }
end

-- The attempt of a task that was taken begins in this very step. returns as firstBegun does
function tasks.begin(task) -- seldom
  if tasks.isFirst(task) and not (recordIsWatched and recordIsWatched(task.id)) then return tasks.firstBegun(task) end
  return tasks.beginWritten(task)
end

function tasks.beginWritten(task) -- seldom
  local fence = task.starts + 1
  local verdict, record = tasks.beginRecord(task.id, fence, task.failures + 1, nil, factsOf(task))
  return { task.group, tasks.whole(fence), verdict, record, task.id }
end

-- What to answer when the stock script has taken the staged task: its reply {job, id, limit, delay}, and behind it what begins.
function tasks.arrive(task, reply) -- seldom
  if type(reply) ~= "table" or reply[2] ~= task.id then
    -- The queue as a whole is paused, full or over its rate.
    tasks.unstage(task)
    return type(reply) == "table" and reply or { 0, 0, 0, 0 }
  end
  hasFetched = true
  reply[5] = tasks.begin(task)
  return reply
end

-- keys and args are those of the stock moveToActive. What is due is decided by Redis' clock, whatever the caller's says.
function tasks.fetch(keys, args) -- seldom
  tasks.fetchOptions = args[3]
  local task = tasks.stage()
  if not task then return tasks.nothing(tonumber(args[2])) end
  keys[7] = NOTHING_DELAYED
  return tasks.arrive(task, stock.moveToActive(keys, { args[1], tasks.nowText(), args[3] }))
end
