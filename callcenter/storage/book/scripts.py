"""The Lua scripts of the ticket book on Redis: each is one atomic step."""

# KEYS: ticket, events, deliveries of it, all, alarms, tickets of the customer, outbox, told
# ARGV: id, rev, number, body, event, card as JSON, alarm (ms, or ''), now (ms), hooks as JSON, retention (s, or '')
WRITE = """
local rev = tonumber(redis.call('HGET', KEYS[1], 'rev') or 0)
if rev == tonumber(ARGV[2]) and redis.call('LINDEX', KEYS[2], -1) == ARGV[5] then return 1 end
if rev ~= tonumber(ARGV[2]) - 1 then return 0 end
local fields = {'rev', ARGV[2], 'body', ARGV[4]}
for name, value in pairs(cjson.decode(ARGV[6])) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('RPUSH', KEYS[2], ARGV[5])
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
if KEYS[6] ~= '' then redis.call('ZADD', KEYS[6], ARGV[3], ARGV[1]) end
if ARGV[7] == '' then redis.call('ZREM', KEYS[5], ARGV[1]) else redis.call('ZADD', KEYS[5], ARGV[7], ARGV[1]) end
for _, hook in ipairs(cjson.decode(ARGV[9])) do
  local line = ARGV[1] .. '@' .. hook
  redis.call('HSETNX', KEYS[8], line, ARGV[2] - 1)
  redis.call('ZADD', KEYS[7], 'NX', ARGV[8], line)
end
for n = 1, 3 do
  if ARGV[10] == '' then redis.call('PERSIST', KEYS[n]) else redis.call('EXPIRE', KEYS[n], ARGV[10]) end
end
return 1
"""

# What happened is of no ticket, so it is in no list; the same again is there already.
# KEYS: name, events, deliveries of it, outbox, told.  ARGV: name, event, now (ms), hooks as JSON, retention (s)
NOTICE = """
for _, known in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  if known == ARGV[2] then return 0 end
end
local rev = redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[1], 'rev', rev)
for _, hook in ipairs(cjson.decode(ARGV[4])) do
  local line = ARGV[1] .. '@' .. hook
  redis.call('HSETNX', KEYS[5], line, rev - 1)
  redis.call('ZADD', KEYS[4], 'NX', ARGV[3], line)
end
for n = 1, 3 do redis.call('EXPIRE', KEYS[n], ARGV[5]) end
return 1
"""

# KEYS: outbox, attempts, told.  ARGV: now (ms), end of the lease (ms), limit
CLAIM = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
local claimed = {}
for _, line in ipairs(due) do
  redis.call('ZADD', KEYS[1], ARGV[2], line)
  claimed[#claimed + 1] = {line, redis.call('HGET', KEYS[3], line), redis.call('HINCRBY', KEYS[2], line, 1)}
end
return claimed
"""

# KEYS: outbox, attempts, told, log, deliveries of the ticket, ticket
# ARGV: line of the outbox, rev, attempt, again (ms, or ''), line of the log, length of the log
SETTLE = """
local line = ARGV[1]
if redis.call('HGET', KEYS[2], line) == ARGV[3] and redis.call('HGET', KEYS[3], line) == tostring(ARGV[2] - 1) then
  if ARGV[4] ~= '' then
    redis.call('ZADD', KEYS[1], ARGV[4], line)
  elseif tonumber(redis.call('HGET', KEYS[6], 'rev') or 0) > tonumber(ARGV[2]) then
    redis.call('HSET', KEYS[3], line, ARGV[2])
    redis.call('HDEL', KEYS[2], line)
    redis.call('ZADD', KEYS[1], 0, line)
  else
    redis.call('ZREM', KEYS[1], line)
    redis.call('HDEL', KEYS[2], line)
    redis.call('HDEL', KEYS[3], line)
  end
end
redis.call('LPUSH', KEYS[4], ARGV[5])
redis.call('LTRIM', KEYS[4], 0, ARGV[6] - 1)
local ends = redis.call('PTTL', KEYS[6])
if ends ~= -2 then
  redis.call('LPUSH', KEYS[5], ARGV[5])
  if ends > 0 then redis.call('PEXPIRE', KEYS[5], ends) end
end
return 1
"""

# KEYS: ticket, events, deliveries of it, log, tickets of the customer.  ARGV: id, rev, body, instead, events
ERASE = """
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[2] or redis.call('LLEN', KEYS[2]) ~= #ARGV - 4 then return 0 end
redis.call('HSET', KEYS[1], 'body', ARGV[3], 'title', ARGV[4], 'subject', ARGV[4], 'customer_id', '')
for n = 5, #ARGV do redis.call('LSET', KEYS[2], n - 5, ARGV[n]) end
for _, line in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do redis.call('LREM', KEYS[4], 0, line) end
redis.call('DEL', KEYS[3])
if KEYS[5] ~= '' then redis.call('ZREM', KEYS[5], ARGV[1]) end
return 1
"""

ALL = (WRITE, NOTICE, CLAIM, SETTLE, ERASE)
