import type { Redis } from "ioredis";
import type { JobOptions } from "../mapping/job-options.js";
import {
  type ChangeStep,
  changeOptions,
  type JobChanges,
  type JobPage,
  type JobSet,
  type OperatorStore,
  type PageRequest,
  type StoredEvent,
  type StoredRow,
} from "./operator-store.js";
import { readHealth } from "./redis-health.js";
import { keysOf } from "./redis-keys.js";

/** An operator's questions and steps on Redis: each is one script on the keys of one queue, which share its hash tag. */
export function redisOperator(client: Redis): OperatorStore {
  return {
    async page(queue, request) {
      const key = keysOf(queue);
      const script = request.set === "wait" || request.set === "active" ? listPage : sortedPage;
      const answer = await client.eval(script, 1, key(request.set), key(""), ...pageArguments(request));
      return readPage(answer as PageAnswer, request);
    },
    async waitingSince(queue) {
      const key = keysOf(queue);
      const found = await client.eval(waitingSince, 2, key("wait"), key("prioritized"), key(""), Date.now());
      return found === null ? undefined : Number(found);
    },
    countEnded: (queue, outcome, since) => client.zcount(keysOf(queue)(outcome), since, "+inf"),
    events: (queue, jobId) => findEvents(client, keysOf(queue)("events"), jobId),
    queueNames: () => findQueues(client),
    async retry(queue, jobId, changes) {
      const key = keysOf(queue);
      const options = await changedOptions(client, key(jobId), changes);
      const keys = [jobId, "failed", "events", "meta", "active", "marker", "prioritized", "pc", "wait"].map(key);
      const args = [jobId, key(""), changes.uniqueId ?? "", options];
      return readStep(await client.eval(retry, keys.length, ...keys, ...args));
    },
    async edit(queue, jobId, payload, changes) {
      const key = keysOf(queue);
      const options = await changedOptions(client, key(jobId), changes);
      const keys = [jobId, "completed", "failed", "active"].map(key);
      const args = [jobId, key(""), changes.uniqueId ?? "", options, JSON.stringify(payload)];
      return readStep(await client.eval(edit, keys.length, ...keys, ...args));
    },
    health: () => readHealth(client),
  };
}

const isNewestFirst: ReadonlySet<JobSet> = new Set<JobSet>(["completed", "failed"]);

function pageArguments({
  set,
  after,
  count,
  tasks,
  text,
  anywhere,
  endedFrom,
  endedUntil,
}: PageRequest): (string | number)[] {
  const [score, id] = after === undefined ? ["", ""] : splitPlace(after);
  const span = isNewestFirst.has(set) ? [endedFrom ?? "-inf", endedUntil ?? "+inf"] : ["-inf", "+inf"];
  return [isNewestFirst.has(set) ? "1" : "0", score, id, count, ...span, text ?? "", anywhere ?? "", ...(tasks ?? [])];
}

/** A place is the score of the last job that was looked at, or how many were before it, and the job's id. */
function splitPlace(place: string): readonly [string, string] {
  const end = place.indexOf(" ");
  return [place.slice(0, end), place.slice(end + 1)];
}

/** How many were looked at, whether there are more, place of the last, then the wanted jobs. */
type PageAnswer = [scanned: number, isMore: number, score: string, id: string, ...jobs: (string | null)[][]];

function readPage([scanned, isMore, score, id, ...jobs]: PageAnswer, { set }: PageRequest): JobPage {
  return { scanned, next: isMore === 1 ? `${score} ${id}` : undefined, jobs: jobs.map((job) => readRow(job, set)) };
}

function readRow([id, score, ...fields]: (string | null)[], set: JobSet): StoredRow {
  const [name, data, opts, timestamp, startedAt, endedAt, attempts, failedReason, cancelReason, scheduler] = fields;
  const hasEnded = isNewestFirst.has(set);
  return {
    id: id ?? "",
    place: `${score} ${id}`,
    task: name ?? "",
    payload: parse(data ?? "{}"),
    options: parse(opts ?? "{}") as Partial<JobOptions>,
    enqueuedAt: Number(timestamp ?? 0),
    // BullMQ keeps the order of jobs that are due in the same millisecond in the lowest twelve bits.
    dueAt: set === "delayed" ? Math.floor(Number(score) / 0x1000) : undefined,
    startedAt: time(startedAt),
    endedAt: hasEnded ? time(endedAt) : undefined,
    attempts: Number(attempts ?? 0),
    failedReason: failedReason || undefined,
    cancelReason: cancelReason ?? undefined,
    scheduler: scheduler ?? undefined,
  };
}

function time(text: string | null | undefined): number | undefined {
  return text ? Number(text) : undefined;
}

/** What cannot be read is shown as it is: other programs may write into a queue. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const mostEvents = 200;
const mostLooks = 20;

/** BullMQ keeps about ten thousand events of a queue, of all its jobs. */
async function findEvents(client: Redis, key: string, jobId: string): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  let before = "+";
  for (let look = 0; look < mostLooks && before !== "" && found.length < mostEvents; look += 1) {
    const answer = (await client.eval(eventsOf, 1, key, jobId, before)) as [string, ...[string, string[]][]];
    const [next, ...entries] = answer;
    found.push(...entries.map(readEvent));
    before = next;
  }
  return found.reverse();
}

function readEvent([entry, fields]: [string, string[]]): StoredEvent {
  const pairs = Object.fromEntries(fields.flatMap((field, n) => (n % 2 === 0 ? [[field, fields[n + 1] ?? ""]] : [])));
  const { event = "", ...rest } = pairs as Record<string, string>;
  return { at: Number(entry.slice(0, entry.indexOf("-"))), event, fields: rest };
}

function readStep(answer: unknown): ChangeStep {
  const [kind, holder] = answer as [ChangeStep["kind"], string | undefined];
  return kind === "held" ? { kind, holder: holder ?? "" } : { kind };
}

/** Empty: they stay as they are. A job's options change with an operator's step alone. */
async function changedOptions(client: Redis, jobKey: string, changes: JobChanges): Promise<string> {
  const text = await client.hget(jobKey, "opts");
  const stored = parse(text ?? "{}");
  if (typeof stored !== "object" || stored === null) return "";
  const changed = changeOptions(stored, changes);
  return changed === stored ? "" : JSON.stringify(changed);
}

const mostKeys = 2_000_000;

async function findQueues(client: Redis): ReturnType<OperatorStore["queueNames"]> {
  const names = new Set<string>();
  const pattern = /^\{taskwright:(.+)\}:\1:meta$/;
  let cursor = "0";
  let seen = 0;
  do {
    const [next, keys] = await client.scan(cursor, "MATCH", "{taskwright:*}:*:meta", "COUNT", 5_000);
    for (const key of keys) {
      const name = pattern.exec(key)?.[1];
      if (name !== undefined) names.add(name);
    }
    cursor = next;
    seen += 5_000;
  } while (cursor !== "0" && seen < mostKeys);
  return { names: [...names].sort(), isComplete: cursor === "0" };
}

const mark = "taskwright:cancelled";

/** What both pages share: `read(id, score)` appends a wanted job to `result`. */
const pageHead = `
local set, prefix = KEYS[1], ARGV[1]
local isNewestFirst, afterScore, afterId = ARGV[2] == "1", ARGV[3], ARGV[4]
local count, from, to, text, anywhere = tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local tasks
for n = 10, #ARGV do
  tasks = tasks or {}
  tasks[ARGV[n]] = true
end
local result = { 0, 0, "", "" }
local function read(id, score)
  local job = redis.call("HMGET", prefix .. id, "name", "data", "opts", "timestamp", "processedOn", "finishedOn", "atm",
    "failedReason", "${mark}", "rjk")
  if not job[1] or (tasks and not tasks[job[1]]) then return end
  if text ~= "" and not string.find(job[2] or "", text, 1, true) then return end
  if anywhere ~= "" then
    local all = string.lower(id .. "\\n" .. (job[2] or "") .. "\\n" .. (job[8] or "") .. "\\n" .. (job[9] or ""))
    if not string.find(all, anywhere, 1, true) then return end
  end
  table.insert(job, 1, score)
  table.insert(job, 1, id)
  result[#result + 1] = job
end
`;

/**
 * KEYS: set. ARGV: key prefix, newest first, score and id of the last job before, count, span of scores, text, text anywhere,
 * tasks.
 *
 * A job that has gone since it was seen is no obstacle: its place is found among those of its score by their order, which
 * is that of their bytes.
 */
const sortedPage = `
${pageHead}
local function isBefore(a, b)
  for n = 1, math.min(#a, #b) do
    local x, y = string.byte(a, n), string.byte(b, n)
    if x ~= y then return x < y end
  end
  return #a < #b
end
local rankOf, range = "ZRANK", "ZRANGE"
if isNewestFirst then rankOf, range = "ZREVRANK", "ZREVRANGE" end
local function ahead(score, inclusive)
  local open = inclusive and "" or "("
  if isNewestFirst then return redis.call("ZCOUNT", set, open .. score, "+inf") end
  return redis.call("ZCOUNT", set, "-inf", open .. score)
end
local start
if afterScore == "" then
  start = isNewestFirst and to ~= "+inf" and redis.call("ZCOUNT", set, "(" .. to, "+inf") or 0
else
  local score = redis.call("ZSCORE", set, afterId)
  if score and tonumber(score) == tonumber(afterScore) then
    start = redis.call(rankOf, set, afterId) + 1
  else
    local low, high = ahead(afterScore, false), ahead(afterScore, true)
    while low < high do
      local middle = math.floor((low + high) / 2)
      local member = redis.call(range, set, middle, middle)[1]
      local isBehind = isNewestFirst and isBefore(member, afterId) or not isNewestFirst and isBefore(afterId, member)
      if isBehind then high = middle else low = middle + 1 end
    end
    start = low
  end
end
local found = redis.call(range, set, start, start + count - 1, "WITHSCORES")
local isOver = #found < 2 * count
for n = 1, #found, 2 do
  if isNewestFirst and from ~= "-inf" and tonumber(found[n + 1]) < tonumber(from) then
    isOver = true
    break
  end
  read(found[n], found[n + 1])
  result[1], result[3], result[4] = result[1] + 1, found[n + 1], found[n]
end
if not isOver then result[2] = 1 end
return result
`;

/**
 * The same for a list, whose right end is next. A list has no order to find a place by once its job has gone, so the page
 * goes back as far as jobs may have moved, and meets some of them again.
 */
const listPage = `
${pageHead}
local length = redis.call("LLEN", set)
local start = 0
if afterScore ~= "" then
  local place = redis.call("LPOS", set, afterId, "RANK", -1)
  start = place and length - place or math.max(0, tonumber(afterScore) - count)
end
local found = redis.call("LRANGE", set, -(start + count), -(start + 1))
if start >= length then found = {} end
for n = #found, 1, -1 do
  result[1], result[4] = result[1] + 1, found[n]
  read(found[n], tostring(start + result[1]))
end
result[3] = tostring(start + #found)
if start + #found < length and #found > 0 then result[2] = 1 end
return result
`;

/**
 * KEYS: wait, prioritized. ARGV: key prefix, now.
 *
 * In each priority the first has waited longest, but for those that came back; there are few priorities.
 */
const waitingSince = `
local prefix, now, oldest = ARGV[1], tonumber(ARGV[2]), nil
local function look(id)
  local job = redis.call("HMGET", prefix .. id, "timestamp", "opts")
  if not job[1] then return end
  local since = tonumber(job[1])
  local isRead, opts = pcall(cjson.decode, job[2] or "{}")
  local delay = isRead and type(opts) == "table" and tonumber(opts.delay) or 0
  -- One that was promoted could have run before its delay was over.
  if since + delay <= now then since = since + delay end
  if not oldest or since < oldest then oldest = since end
end
local first = redis.call("LINDEX", KEYS[1], -1)
if first then look(first) end
local score = "-inf"
for n = 1, 32 do
  local found = redis.call("ZRANGEBYSCORE", KEYS[2], score, "+inf", "WITHSCORES", "LIMIT", 0, 1)
  if not found[1] then break end
  look(found[1])
  score = string.format("%.0f", (math.floor(tonumber(found[2]) / 0x100000000) + 1) * 0x100000000)
end
return oldest and string.format("%.0f", oldest) or nil
`;

/** KEYS: events. ARGV: id of the job, the entry to go on before. Looks at a thousand. */
const eventsOf = `
local result = { "" }
local entries = redis.call("XREVRANGE", KEYS[1], ARGV[2], "-", "COUNT", 1000)
for _, entry in ipairs(entries) do
  local fields = entry[2]
  for f = 1, #fields, 2 do
    if fields[f] == "jobId" and fields[f + 1] == ARGV[1] then result[#result + 1] = entry end
  end
end
if #entries == 1000 then result[1] = "(" .. entries[1000][1] end
return result
`;

/** Takes a unique value for a job; returns the live job that has it, if another one has. */
const takeUnique = `
local function takeUnique(prefix, uniqueId, id)
  local key = prefix .. "de:" .. uniqueId
  local holder = redis.call("GET", key)
  if holder and holder ~= id and redis.call("EXISTS", prefix .. holder) == 1
    and redis.call("HEXISTS", prefix .. holder, "finishedOn") == 0 then
    return holder
  end
  redis.call("SET", key, id)
  redis.call("HSET", prefix .. id, "deid", uniqueId)
end
`;

/**
 * KEYS: job, failed, events, meta, active, marker, prioritized, priority counter, wait. ARGV: id, key prefix, unique id,
 * options. What BullMQ's own `reprocessJob` does, in one step with the rest.
 */
const retry = `
${takeUnique}
local job, id, prefix = KEYS[1], ARGV[1], ARGV[2]
if redis.call("EXISTS", job) == 0 then return { "unknown" } end
if not redis.call("ZSCORE", KEYS[2], id) then return { "state" } end
if redis.call("HEXISTS", job, "${mark}") == 1 then return { "cancelled" } end
if ARGV[3] ~= "" then
  local holder = takeUnique(prefix, ARGV[3], id)
  if holder then return { "held", holder } end
end
if ARGV[4] ~= "" then redis.call("HSET", job, "opts", ARGV[4]) end
redis.call("ZREM", KEYS[2], id)
redis.call("HDEL", job, "finishedOn", "processedOn", "failedReason", "atm", "ats", "stc")
local priority = tonumber(redis.call("HGET", job, "priority")) or 0
if priority == 0 then
  redis.call("LPUSH", KEYS[9], id)
else
  local order = redis.call("INCR", KEYS[8])
  redis.call("ZADD", KEYS[7], priority * 0x100000000 + order % 0x100000000, id)
end
local meta = redis.call("HMGET", KEYS[4], "paused", "concurrency")
local isMaxed = meta[2] and redis.call("LLEN", KEYS[5]) >= tonumber(meta[2])
if not meta[1] and not isMaxed then redis.call("ZADD", KEYS[6], 0, "0") end
local parent = redis.call("HGET", job, "parentKey")
if parent and redis.call("EXISTS", parent) == 1 and (redis.call("ZREM", parent .. ":unsuccessful", job) == 1
  or redis.call("HDEL", parent .. ":failed", job) == 1) then
  redis.call("SADD", parent .. ":dependencies", job)
end
redis.call("XADD", KEYS[3], "MAXLEN", "~", 10000, "*", "event", "waiting", "jobId", id, "prev", "failed")
return { "changed" }
`;

/** KEYS: job, completed, failed, active. ARGV: id, key prefix, unique id, options, payload. */
const edit = `
${takeUnique}
local job, id, prefix, uniqueId = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if redis.call("EXISTS", job) == 0 then return { "unknown" } end
if redis.call("ZSCORE", KEYS[2], id) or redis.call("LPOS", KEYS[4], id) then return { "state" } end
if redis.call("HEXISTS", job, "${mark}") == 1 then return { "cancelled" } end
local isLive = not redis.call("ZSCORE", KEYS[3], id)
local held = redis.call("HGET", job, "deid")
if isLive and uniqueId ~= "" and uniqueId ~= held then
  local holder = takeUnique(prefix, uniqueId, id)
  if holder then return { "held", holder } end
  if held and redis.call("GET", prefix .. "de:" .. held) == id then redis.call("DEL", prefix .. "de:" .. held) end
end
redis.call("HSET", job, "data", ARGV[5])
if ARGV[4] ~= "" then redis.call("HSET", job, "opts", ARGV[4]) end
return { "changed" }
`;
