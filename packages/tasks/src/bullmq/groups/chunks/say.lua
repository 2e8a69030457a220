-- What a script publishes that ends many attempts and begins as many: it asks once who listens to any of it, as nobody does as a rule, and a
-- call of Redis for each is what a record costs most. Whoever comes later reads what was written.

-- Tasks whose first attempt begins in this script: of those nothing is written unless somebody listens.
local firsts = {}

-- From here on.
function tasks.sayLater()
  unsaid = { names = {}, messages = {} }
end

-- The attempt of a task begins that was taken. returns what tasks.begin does
function tasks.beginLater(task)
  if not tasks.isFirst(task) then return tasks.begin(task) end
  task.begun = tasks.firstBegun(task)
  if recordChannel then firsts[#firsts + 1] = task end
  return task.begun
end

-- At the end of the script, before anything is made of what beginLater has returned.
function tasks.sayAll()
  local names, messages = unsaid.names, unsaid.messages
  unsaid = false
  local count = #names
  for index, task in ipairs(firsts) do names[count + index] = recordChannel(task.id) end
  if #names == 0 then return end
  local listeners = call("PUBSUB", "NUMSUB", unpack(names))
  -- Who listens by a pattern may mean any of the names, and NUMSUB does not count it.
  local isHeard = count > 0 and call("PUBSUB", "NUMPAT") > 0
  for index = 1, count do
    if isHeard or listeners[2 * index] > 0 then call("PUBLISH", names[index], messages[index]) end
  end
  for index, task in ipairs(firsts) do
    -- It has started in any case.
    if listeners[2 * (count + index)] > 0 then pcall(tasks.beginFirst, task) end
  end
end

-- The record of a first attempt that is watched.
function tasks.beginFirst(task) -- seldom
  local begun = tasks.beginWritten(task)
  for index = 1, 5 do task.begun[index] = begun[index] end
end
