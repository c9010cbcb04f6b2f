"""The Lua scripts of the Redis store: each is one atomic step."""

_PUT = """
local time = redis.call('TIME')  -- the one clock of all durations: those of the services may differ
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function put(cause)
  redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'type', ARGV[3], 'body', ARGV[4], 'cause', cause)
  local card = {}
  for name, value in pairs(cjson.decode(ARGV[6])) do card[#card + 1] = name; card[#card + 1] = value end
  redis.call('HSET', KEYS[1], unpack(card))
  redis.call('RPUSH', KEYS[2], ARGV[5])
  redis.call('ZADD', KEYS[3], 0, ARGV[1])
  redis.call('ZADD', KEYS[4], now, ARGV[1])
end
local function await_publication()
  redis.call('ZADD', KEYS[5], now, ARGV[1])
  redis.call('HSET', KEYS[1], 'pending', ARGV[2])
end
"""

# KEYS: record, log, all, open, pending, key.  ARGV: see RedisStore._arguments, then seconds, fingerprint of the key
CREATE = (
    _PUT
    + """
if ARGV[8] ~= '' then
  local owner = redis.call('HMGET', KEYS[6], 'id', 'fingerprint')
  if owner[1] then return owner end
  redis.call('HSET', KEYS[6], 'id', ARGV[1], 'fingerprint', ARGV[8])
  redis.call('EXPIRE', KEYS[6], ARGV[7])
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  put('')
  await_publication()
  if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'key', KEYS[6]) end
end
return {ARGV[1], ARGV[8]}
"""
)

# KEYS: record, log, all, open, pending.  ARGV: see RedisStore._arguments, then cause, channel, whether it is pending
ADVANCE = (
    _PUT
    + """
local found = redis.call('HMGET', KEYS[1], 'rev', 'cause')
local rev, from = tonumber(found[1] or 0), tonumber(ARGV[2]) - 1
if rev < from or rev == 0 then return {'early', '', ''} end
if rev == from then
  put(ARGV[7])
  if ARGV[9] == '1' then await_publication() end
  redis.call('PUBLISH', ARGV[8], ARGV[1])
  return {'new', '', ''}
end
local result = 'stale'
if rev == from + 1 then result = found[2] == ARGV[7] and 'repeat' or 'conflict' end
local newest = redis.call('HMGET', KEYS[1], 'type', 'body')
return {result, newest[1], newest[2]}
"""
)

# KEYS: record, pending.  ARGV: id, rev
PUBLISHED = """
if tonumber(redis.call('HGET', KEYS[1], 'pending') or 0) <= tonumber(ARGV[2]) then
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return 1
"""

RESTORE = (
    _PUT
    + """
if tonumber(redis.call('HGET', KEYS[1], 'rev') or 0) >= tonumber(ARGV[2]) then return 0 end
put(ARGV[7])
redis.call('PUBLISH', ARGV[8], ARGV[1])
return 1
"""
)

# KEYS: record, log, open, pending, worn.  ARGV: id, seconds to keep the record, seconds to keep its words, or ''
FINISH = """
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
if ARGV[3] ~= '' and redis.call('HEXISTS', KEYS[1], 'body') == 1 then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[5], 'NX', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3] * 1000, ARGV[1])
end
return 1
"""

# KEYS: record, worn.  ARGV: id, rev, body, card fields as JSON, whether it was worn
REWORDED = """
if redis.call('HGET', KEYS[1], 'rev') == ARGV[2] then
  redis.call('HSET', KEYS[1], 'body', ARGV[3])
  for name, value in pairs(cjson.decode(ARGV[4])) do redis.call('HSET', KEYS[1], name, value) end
end
if ARGV[5] == '1' then redis.call('ZREM', KEYS[2], ARGV[1]) end
return 1
"""

# KEYS: record, log, all, open, pending, worn.  ARGV: id, rev of what is gone, seconds for which that is known, channel
ERASE = """
local key = redis.call('HGET', KEYS[1], 'key')
if key and redis.call('HGET', key, 'id') == ARGV[1] then redis.call('DEL', key) end
redis.call('DEL', KEYS[1], KEYS[2])
for n = 3, 6 do redis.call('ZREM', KEYS[n], ARGV[1]) end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'cause', '')
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1
"""

ALL = (CREATE, ADVANCE, PUBLISHED, RESTORE, FINISH, REWORDED, ERASE)
