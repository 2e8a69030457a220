-- Of tasks that somebody waits for: those whose job is gone, since another BullMQ client has removed it, and which never end by themselves.
-- What is written of one says that it is cancelled, which wakes who waits.
-- ARGV[1] list   JSON list of ids
-- returns those of which there is nothing at all

local nothing = {}
for _, value in ipairs(cjson.decode(ARGV[1])) do
  local id = tostring(value) -- exact: ids are texts
  if call("EXISTS", QUEUE .. id) == 0 then
    local record = tasks.readRecord(id)
    if not record then nothing[#nothing + 1] = id end
    tasks.cancelRecord(id, '{"code":"cancelled","message":"removed from the queue"}', record)
  end
end
return nothing
