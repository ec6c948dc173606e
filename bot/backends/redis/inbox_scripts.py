"""Owns the steps of the inbox as Lua: each runs in the server as one, and leaves nothing half done.

All keys share one hash tag, so they lie on one node of a cluster. Where they begin is `KEYS[1]`; what follows:
`seen:ID` known questions · `turn:ID` hash of a question · `line:LINE` list of ids, the first may be claimed; a line is
a conversation's, or `/ID` that of one withdrawn question, which comes before all places · `ready` lines to claim, by
place · `resting` lines that are left alone for a while, by when that ends (ms) · `leases` claimed ones, by when the
claim ends (ms) · `holders` of claims and their `workers` · `stops:WORKER` list of claims that it shall stop · `order`
ids that wait, by place · `waiting` how many of them are whose · `people` each one's last place · `rate:PERSON` when
all that the person asked is worked off at the permitted rate (ms) · `clock` the place that is being answered · `count`
how many came · `bell` rung for who waits · `let-go:ID` rung when a claimed question's place is told no more.

**Fairness** is start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996): a question's place is one behind the later
of its author's last place and the place that is being answered. So who sends ten takes turns with who sends one.

**The rate** is bounded by the generic cell rate algorithm (ITU-T I.371): one time a person, that each question moves
on by the interval that is due to it.
"""

_COMMON = """
local root = KEYS[1]
local function key(name) return root .. name end
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function ring()
  if redis.call('EXISTS', key('ready')) == 0 then return end
  redis.call('LPUSH', key('bell'), '1')
  redis.call('LTRIM', key('bell'), 0, 999)
end
local function offer(line)
  local id = redis.call('LINDEX', key('line:' .. line), 0)
  if id then
    redis.call('ZADD', key('ready'), redis.call('HGET', key('turn:' .. id), 'place'), line)
  else
    redis.call('ZREM', key('ready'), line)
  end
end
local function offer_if_free(line)
  if redis.call('ZSCORE', key('leases'), line) or redis.call('ZSCORE', key('resting'), line) then return end
  offer(line)
end
local function holds(line, holder)
  return redis.call('HGET', key('holders'), line) == holder
end
local function let_go(line)
  redis.call('ZREM', key('leases'), line)
  redis.call('HDEL', key('holders'), line)
  redis.call('HDEL', key('workers'), line)
end
local function number(value) return tonumber(value or '0') end
local function exactly(place)
  return string.format('%.9f', place + (redis.call('INCR', key('count')) % 1000000000) / 1000000000)
end
local function one_less(person)
  if redis.call('HINCRBY', key('waiting'), person, -1) <= 0 then redis.call('HDEL', key('waiting'), person) end
end
local function forget_place(person)
  if redis.call('HEXISTS', key('waiting'), person) == 0 then redis.call('HDEL', key('people'), person) end
end
"""

ACCEPT = (
    _COMMON
    + """
local id, line, person, author, record, bare = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local most, most_of_one, remembered = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local per_minute, reply, asker, asker_anywhere = tonumber(ARGV[10]), ARGV[11], ARGV[12], ARGV[13]
local replaces = ARGV[14]
if redis.call('EXISTS', key('seen:' .. id)) == 1 then
  return {'kept', redis.call('ZRANK', key('order'), id)}
end
local waiting = redis.call('ZCARD', key('order'))
if waiting == 0 and redis.call('ZCARD', key('leases')) == 0 then
  redis.call('DEL', key('people'), key('clock'), key('count'), key('waiting'))
end
if waiting >= most then return {'full', waiting} end
local own = number(redis.call('HGET', key('waiting'), person))
if own >= most_of_one then return {'own', own} end
if per_minute > 0 then
  local at, interval = now(), 60000 / per_minute
  local due = math.max(number(redis.call('GET', key('rate:' .. person))), at)
  local early = due - (per_minute - 1) * interval - at
  if early > 0 then return {'fast', math.ceil(early / 1000)} end
  local next_due = math.ceil(due + interval)
  redis.call('SET', key('rate:' .. person), string.format('%.0f', next_due), 'PX', next_due - at)
end
local place = math.max(
  number(redis.call('GET', key('clock'))), number(redis.call('HGET', key('people'), person))
)
local last = redis.call('LINDEX', key('line:' .. line), -1)
if last then place = math.max(place, math.floor(redis.call('HGET', key('turn:' .. last), 'place'))) end
place = math.floor(place) + 1
local exact = exactly(place)
redis.call('SET', key('seen:' .. id), '1', 'PX', remembered)
redis.call('HSET', key('turn:' .. id), 'line', line, 'person', person, 'author', author, 'place', exact,
  'record', record, 'bare', bare, 'asker', asker, 'asker-anywhere', asker_anywhere)
if reply ~= '' then redis.call('HSET', key('turn:' .. id), 'posted', reply) end
if replaces ~= '' then redis.call('HSET', key('turn:' .. id), 'replaces', replaces) end
redis.call('HSET', key('people'), person, place)
redis.call('HINCRBY', key('waiting'), person, 1)
redis.call('ZADD', key('order'), exact, id)
redis.call('RPUSH', key('line:' .. line), id)
offer_if_free(line)
ring()
return {'kept', redis.call('ZRANK', key('order'), id)}
"""
)

CLAIM = (
    _COMMON
    + """
local holder, lease, worker, at_once = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local at = now()
for _, rested in ipairs(redis.call('ZRANGEBYSCORE', key('resting'), '-inf', at, 'LIMIT', 0, 100)) do
  local id = redis.call('LINDEX', key('line:' .. rested), 0)
  if redis.call('ZSCORE', key('order'), id) then
    local behind = exactly(number(redis.call('GET', key('clock'))) + 1)
    redis.call('HSET', key('turn:' .. id), 'place', behind)
    redis.call('ZADD', key('order'), behind, id)
  end
  redis.call('ZREM', key('resting'), rested)
  offer(rested)
end
local full = at_once > 0 and redis.call('ZCOUNT', key('leases'), string.format('(%.0f', at), '+inf') >= at_once
local line
if not full then line = redis.call('ZRANGEBYSCORE', key('leases'), '-inf', at, 'LIMIT', 0, 1)[1] end
if not line then
  local first = redis.call('ZRANGE', key('ready'), 0, 0, 'WITHSCORES')
  if first[1] and (not full or tonumber(first[2]) == 0) then
    line = first[1]
    redis.call('ZREM', key('ready'), line)
  end
end
if not line then
  redis.call('DEL', key('bell'))
  return false
end
local id = redis.call('LINDEX', key('line:' .. line), 0)
local turn = key('turn:' .. id)
redis.call('ZADD', key('leases'), at + lease, line)
redis.call('HSET', key('holders'), line, holder)
redis.call('HSET', key('workers'), line, worker)
local fields = redis.call('HMGET', turn, 'record', 'person', 'place', 'posted', 'withdrawn', 'telling', 'rested')
if redis.call('ZREM', key('order'), id) == 1 then one_less(fields[2]) end
redis.call('SET', key('clock'), math.max(number(redis.call('GET', key('clock'))), math.floor(fields[3])))
local telling = math.max(number(fields[6]) - at, 0)
if telling > 0 then redis.call('HSET', turn, 'awaited', '1') end
return {
  line, fields[1], redis.call('HINCRBY', turn, 'attempts', 1), fields[4] or '', fields[5] and 1 or 0, telling, id,
  number(fields[7])
}
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

TAKE_OVER = (
    _COMMON
    + """
if not holds(ARGV[1], ARGV[2]) then return false end
redis.call('ZADD', key('leases'), now() + tonumber(ARGV[3]), ARGV[1])
return redis.call('HGET', key('turn:' .. redis.call('LINDEX', key('line:' .. ARGV[1]), 0)), 'posted') or ''
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
local turn = key('turn:' .. redis.call('LPOP', key('line:' .. ARGV[1])))
local person = redis.call('HGET', turn, 'person')
redis.call('DEL', turn)
let_go(ARGV[1])
forget_place(person)
offer(ARGV[1])
ring()
return 1
"""
)

HAND_BACK = (
    _COMMON
    + """
if not holds(ARGV[1], ARGV[2]) then return 0 end
local id = redis.call('LINDEX', key('line:' .. ARGV[1]), 0)
local turn = key('turn:' .. id)
if redis.call('HEXISTS', turn, 'withdrawn') == 0 then
  redis.call('ZADD', key('order'), redis.call('HGET', turn, 'place'), id)
  redis.call('HINCRBY', key('waiting'), redis.call('HGET', turn, 'person'), 1)
end
redis.call('HINCRBY', turn, 'attempts', ARGV[3])
let_go(ARGV[1])
local rest = tonumber(ARGV[4])
if rest > 0 then
  redis.call('HINCRBY', turn, 'rested', 1)
  redis.call('ZADD', key('resting'), now() + rest, ARGV[1])
else
  offer(ARGV[1])
end
ring()
return 1
"""
)

BEGIN_TELLING = (
    _COMMON
    + """
local id, teller, lease, telling = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local rank = redis.call('ZRANK', key('order'), id)
if not rank then return false end
local turn, at = key('turn:' .. id), now()
local line = key('line:' .. redis.call('HGET', turn, 'line'))
local behind = redis.call('LPOS', line, id)
if behind > 0 then
  local before = redis.call('LINDEX', line, behind - 1)
  local shown = redis.call('HMGET', key('turn:' .. before), 'posted', 'replaces')
  if not shown[1] and not shown[2] then return false end
end
local fields = redis.call('HMGET', turn, 'teller', 'teller-until', 'posted')
if fields[1] and fields[1] ~= teller and number(fields[2]) > at then return false end
redis.call('HSET', turn, 'teller', teller, 'teller-until', string.format('%.0f', at + math.max(lease, telling)),
  'telling', string.format('%.0f', at + telling))
return {rank, fields[3] or ''}
"""
)

TOLD = (
    _COMMON
    + """
local turn = key('turn:' .. ARGV[1])
local fields = redis.call('HMGET', turn, 'teller', 'telling')
if fields[1] ~= ARGV[2] or number(fields[2]) <= now() then return 0 end
redis.call('HSET', turn, 'posted', ARGV[3])
return 1
"""
)

END_TELLING = (
    _COMMON
    + """
local turn, bell = key('turn:' .. ARGV[1]), key('let-go:' .. ARGV[1])
if redis.call('HGET', turn, 'teller') ~= ARGV[2] then return 0 end
redis.call('HDEL', turn, 'telling')
if redis.call('HDEL', turn, 'awaited') == 1 then
  redis.call('LPUSH', bell, '1')
  redis.call('PEXPIRE', bell, ARGV[3])
end
return 1
"""
)

_TAKING_BACK = """
local records, claims = {}, {}
local function withdraw(id)
  local turn = key('turn:' .. id)
  local fields = redis.call('HMGET', turn, 'record', 'line', 'person', 'bare', 'teller', 'posted')
  local line = fields[2]
  records[#records + 1] = fields[1]
  redis.call('ZREM', key('order'), id)
  one_less(fields[3])
  if redis.call('LINDEX', key('line:' .. line), 0) == id then redis.call('ZREM', key('resting'), line) end
  redis.call('LREM', key('line:' .. line), 1, id)
  offer_if_free(line)
  if fields[5] or fields[6] then
    local own = '/' .. id
    redis.call('HSET', turn, 'record', fields[4], 'withdrawn', '1', 'line', own, 'place', '0')
    redis.call('RPUSH', key('line:' .. own), id)
    offer(own)
  else
    redis.call('DEL', turn)
    forget_place(fields[3])
  end
end
local function stop(line)
  local turn = key('turn:' .. redis.call('LINDEX', key('line:' .. line), 0))
  local holder = redis.call('HGET', key('holders'), line)
  local stops = key('stops:' .. redis.call('HGET', key('workers'), line))
  redis.call('HSET', turn, 'record', redis.call('HGET', turn, 'bare'), 'withdrawn', '1')
  redis.call('RPUSH', stops, holder)
  redis.call('PEXPIRE', stops, 60000)
  claims[#claims + 1] = holder
end
"""

WITHDRAW = (
    _COMMON
    + _TAKING_BACK
    + """
local line, id = ARGV[1], ARGV[2]
redis.call('SET', key('seen:' .. id), '1', 'PX', tonumber(ARGV[3]), 'NX')
if redis.call('HGET', key('turn:' .. id), 'line') == line then
  local is_next = redis.call('LINDEX', key('line:' .. line), 0) == id
  if is_next and redis.call('HEXISTS', key('holders'), line) == 1 then
    stop(line)
  elseif redis.call('ZSCORE', key('order'), id) then
    withdraw(id)
  end
end
ring()
return {records, claims, 0}
"""
)

STOP = (
    _COMMON
    + _TAKING_BACK
    + """
local line, person, others = ARGV[1], ARGV[2], 0
local function is_meant(id)
  local whose = redis.call('HMGET', key('turn:' .. id), 'person', 'asker')
  local meant = person == '' or whose[1] == person or whose[2] == person
  if not meant then others = others + 1 end
  return meant
end
local claimed = redis.call('HEXISTS', key('holders'), line) == 1
for at, id in ipairs(redis.call('LRANGE', key('line:' .. line), 0, -1)) do
  if is_meant(id) then
    if claimed and at == 1 then stop(line) elseif redis.call('ZSCORE', key('order'), id) then withdraw(id) end
  end
end
ring()
return {records, claims, others}
"""
)

STOP_PERSON = (
    _COMMON
    + _TAKING_BACK
    + """
local function is_meant(id)
  local whose = redis.call('HMGET', key('turn:' .. id), 'author', 'asker-anywhere')
  return whose[1] == ARGV[1] or whose[2] == ARGV[1]
end
for _, line in ipairs(redis.call('HKEYS', key('holders'))) do
  if string.sub(line, 1, 1) ~= '/' and is_meant(redis.call('LINDEX', key('line:' .. line), 0)) then stop(line) end
end
for _, id in ipairs(redis.call('ZRANGE', key('order'), 0, -1)) do
  if is_meant(id) then withdraw(id) end
end
ring()
return {records, claims, 0}
"""
)

IS_HELD = (
    _COMMON
    + """
local asked, at = {}, now()
for _, holder in ipairs(ARGV) do asked[holder] = true end
local holders = redis.call('HGETALL', key('holders'))
for n = 1, #holders, 2 do
  if asked[holders[n + 1]] and number(redis.call('ZSCORE', key('leases'), holders[n])) > at then return 1 end
end
return 0
"""
)
