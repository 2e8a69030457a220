-- Handlers that a worker was handed a task of and has not, as in every deployment that adds one. The task goes back to its old place, and
-- that worker is handed none of the handler any more. What it meets of it waits where tasks wait for a share (shares.lua), and a worker that
-- may have the handler puts one back in line before it looks for a task. While no handler is lacking nothing here costs anything.
--
--   g:lacks             HASH handler -> "<looks> <most>": how often the index has been looked through since a worker had it, and after
--                       how many looks its tasks fail
--   g:lack:<handler>    SET of the workers that have it not, by the id their lock tokens begin with

-- Of handlers no worker has. Their names come from outside, and whoever fetches goes through all of them.
local LACKS_MAX = 50
-- Of tasks and of groups that are put back in line in one step.
local RECALLED_MAX = "100"

local hasLacks
function tasks.hasLacks()
  -- Whether there are settings at all is known already, as a rule.
  if hasLacks == nil then hasLacks = tasks.hasSettings() and call("EXISTS", LACKS) == 1 end
  return hasLacks
end

-- True once this script has left a task to another worker.
tasks.hasPassedOn = false

local function workerOf(token)
  return string.match(token, "^(.*):%d+$") or token
end

-- Who fetches: `fetchToken`, or `fetchOptions` of the stock script, packed. Read only where it matters.
local function fetcher()
  return workerOf(tasks.fetchToken or cmsgpack.unpack(tasks.fetchOptions).token)
end

local function lacks(handler)
  return call("SISMEMBER", G_LACK .. handler, fetcher()) == 1
end

-- returns the task's handler when the worker that fetches has it not, else nil
function tasks.lackedHandler(id)
  if not tasks.hasLacks() then return nil end
  local handler = call("HGET", QUEUE .. id, "name")
  if not handler or not lacks(handler) then return nil end
  -- Another worker must look.
  tasks.hasPassedOn = true
  return handler
end

-- Puts back in line one task and one group of each handler that the worker that fetches may have.
function tasks.offerLacked()
  if not tasks.hasLacks() then return end
  for _, handler in ipairs(call("HKEYS", LACKS)) do
    if not lacks(handler) then tasks.offerShare(handler) end
  end
end
