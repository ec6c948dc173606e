"""Owns the steps of the inbox as Lua: each runs in the server as one, and leaves nothing half done.

All keys share one hash tag, so they lie on one node of a cluster. Where they begin is `KEYS[1]`; what follows:
`seen:ID` known questions · `turn:ID` hash of a question · `line:CONVERSATION` list of ids, the first may be claimed ·
`ready` conversations to claim, by place · `leases` claimed ones, by when the claim ends (ms) · `holders` of claims and
their `workers` · `stops:WORKER` list of what it shall stop ·
`order` ids that wait, by place · `waiting` how many of them are whose · `people` each one's last place · `clock` the
place that is being answered · `count` how many came · `bell` rung for who waits.

**Fairness** is start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996): a question's place is one behind the later
of its author's last place and the place that is being answered. So who sends ten takes turns with who sends one.
"""

_COMMON = """
local root = KEYS[1]
local function key(name) return root .. name end
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function ring()
  redis.call('LPUSH', key('bell'), '1')
  redis.call('LTRIM', key('bell'), 0, 999)
end
local function offer(conversation)
  local id = redis.call('LINDEX', key('line:' .. conversation), 0)
  if not id then return end
  redis.call('ZADD', key('ready'), redis.call('HGET', key('turn:' .. id), 'place'), conversation)
  ring()
end
local function holds(conversation, holder)
  return redis.call('HGET', key('holders'), conversation) == holder
end
local function let_go(conversation)
  redis.call('ZREM', key('leases'), conversation)
  redis.call('HDEL', key('holders'), conversation)
  redis.call('HDEL', key('workers'), conversation)
end
"""

ACCEPT = (
    _COMMON
    + """
local id, conversation, person, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most, most_of_one, remembered = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
if redis.call('EXISTS', key('seen:' .. id)) == 1 then
  return {'kept', redis.call('ZRANK', key('order'), id)}
end
local waiting = redis.call('ZCARD', key('order'))
if waiting == 0 and redis.call('ZCARD', key('leases')) == 0 then
  redis.call('DEL', key('people'), key('clock'), key('count'), key('waiting'))
end
if waiting >= most then return {'full', waiting} end
local own = tonumber(redis.call('HGET', key('waiting'), person) or '0')
if own >= most_of_one then return {'own', own} end
local place = math.max(
  tonumber(redis.call('GET', key('clock')) or '0'), tonumber(redis.call('HGET', key('people'), person) or '0')
)
local last = redis.call('LINDEX', key('line:' .. conversation), -1)
if last then place = math.max(place, math.floor(redis.call('HGET', key('turn:' .. last), 'place'))) end
place = math.floor(place) + 1
local exact = string.format('%.9f', place + (redis.call('INCR', key('count')) % 1000000000) / 1000000000)
redis.call('SET', key('seen:' .. id), '1', 'PX', remembered)
redis.call('HSET', key('turn:' .. id), 'record', record, 'person', person, 'place', exact)
redis.call('HSET', key('people'), person, place)
redis.call('HINCRBY', key('waiting'), person, 1)
redis.call('ZADD', key('order'), exact, id)
redis.call('RPUSH', key('line:' .. conversation), id)
if not redis.call('ZSCORE', key('leases'), conversation) then offer(conversation) end
return {'kept', redis.call('ZRANK', key('order'), id)}
"""
)

CLAIM = (
    _COMMON
    + """
local holder, lease, worker = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local at = now()
local conversation = redis.call('ZRANGEBYSCORE', key('leases'), '-inf', at, 'LIMIT', 0, 1)[1]
if not conversation then conversation = redis.call('ZPOPMIN', key('ready'))[1] end
if not conversation then return false end
local id = redis.call('LINDEX', key('line:' .. conversation), 0)
local turn = key('turn:' .. id)
redis.call('ZADD', key('leases'), at + lease, conversation)
redis.call('HSET', key('holders'), conversation, holder)
redis.call('HSET', key('workers'), conversation, worker)
local fields = redis.call('HMGET', turn, 'record', 'person', 'place', 'posted')
if redis.call('ZREM', key('order'), id) == 1 then redis.call('HINCRBY', key('waiting'), fields[2], -1) end
local clock = tonumber(redis.call('GET', key('clock')) or '0')
redis.call('SET', key('clock'), math.max(clock, math.floor(fields[3])))
return {conversation, fields[1], redis.call('HINCRBY', turn, 'attempts', 1), fields[4] or ''}
"""
)

RENEW = (
    _COMMON
    + """
if not holds(ARGV[1], ARGV[2]) then return 0 end
redis.call('ZADD', key('leases'), now() + tonumber(ARGV[3]), ARGV[1])
return 1
"""
)

POSTED = (
    _COMMON
    + """
if not holds(ARGV[1], ARGV[2]) then return 0 end
redis.call('HSET', key('turn:' .. redis.call('LINDEX', key('line:' .. ARGV[1]), 0)), 'posted', ARGV[3])
return 1
"""
)

FINISH = (
    _COMMON
    + """
if not holds(ARGV[1], ARGV[2]) then return 0 end
redis.call('DEL', key('turn:' .. redis.call('LPOP', key('line:' .. ARGV[1]))))
let_go(ARGV[1])
offer(ARGV[1])
return 1
"""
)

HAND_BACK = (
    _COMMON
    + """
if not holds(ARGV[1], ARGV[2]) then return 0 end
local id = redis.call('LINDEX', key('line:' .. ARGV[1]), 0)
local turn = key('turn:' .. id)
redis.call('ZADD', key('order'), redis.call('HGET', turn, 'place'), id)
redis.call('HINCRBY', key('waiting'), redis.call('HGET', turn, 'person'), 1)
redis.call('HINCRBY', turn, 'attempts', ARGV[3])
let_go(ARGV[1])
offer(ARGV[1])
return 1
"""
)

STOP = (
    _COMMON
    + """
local line, records = key('line:' .. ARGV[1]), {}
local worker = redis.call('HGET', key('workers'), ARGV[1])
if worker then
  redis.call('RPUSH', key('stops:' .. worker), ARGV[2])
  redis.call('PEXPIRE', key('stops:' .. worker), ARGV[3])
end
local ids = redis.call('LRANGE', line, 0, -1)
for at, id in ipairs(ids) do
  local turn = key('turn:' .. id)
  if redis.call('ZREM', key('order'), id) == 1 then
    local fields = redis.call('HMGET', turn, 'record', 'person')
    redis.call('HINCRBY', key('waiting'), fields[2], -1)
    redis.call('LREM', line, 1, id)
    redis.call('DEL', turn)
    records[#records + 1] = fields[1]
  end
end
if redis.call('LLEN', line) == 0 then redis.call('ZREM', key('ready'), ARGV[1]) end
return {worker and 1 or 0, records}
"""
)
