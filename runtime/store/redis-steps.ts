import type { Redis } from "ioredis";
import { type CancelStep, type JobSteps, readCancelMessage } from "./job-steps.js";
import { keysOf } from "./redis-keys.js";

/** The steps on Redis: each is one script on the keys of one queue, which share its hash tag. */
export function redisSteps(client: Redis): JobSteps {
  return {
    async removeEnded(queue, jobId, state) {
      const key = keysOf(queue);
      return (await client.eval(removeEnded, 3, key(state), key(jobId), key("events"), jobId, state)) === 1;
    },
    async trimCompleted(queue, { count, ageS, now }) {
      const key = keysOf(queue);
      await client.eval(trimCompleted, 1, key("completed"), key(""), count, now - ageS * 1_000);
    },
    async removeUnbegun(queue, jobId) {
      const keys = [jobId, ...waitingStates, "events"].map(keysOf(queue));
      return (await client.eval(removeUnbegun, keys.length, ...keys, jobId)) === 1;
    },
    async cancel(queue, jobId, { reason, now, isKept }) {
      const key = keysOf(queue);
      const keys = [jobId, ...waitingStates, "completed", "failed", "events", "repeat"].map(key);
      const args = [jobId, reason, now, isKept ? "1" : "0", key(""), channelOf(queue)];
      return (await client.eval(cancel, keys.length, ...keys, ...args)) as CancelStep;
    },
    async cancelReason(queue, jobId) {
      return (await client.hget(keysOf(queue)(jobId), mark)) ?? undefined;
    },
    async forgetCrashes(queue, jobId) {
      await client.hdel(keysOf(queue)(jobId), "stc");
    },
    async onCancel(queues, listener) {
      const byChannel = new Map(queues.map((queue) => [channelOf(queue), queue]));
      // A client that subscribes can do nothing else. ioredis would subscribe again by itself, but doesn't tell when that is
      // done, and nobody would hear what becomes of it when the client is closed meanwhile.
      const subscriber = client.duplicate({ autoResubscribe: false });
      subscriber.on("message", (channel, text) => {
        const { jobId, reason } = readCancelMessage(text);
        const queue = byChannel.get(channel);
        if (queue !== undefined && jobId !== undefined) listener.cancelled(queue, jobId, reason ?? "");
      });
      // Whoever only listens would never notice that nobody speaks any more: see socketTimeout.
      const beat = setInterval(() => {
        if (subscriber.status === "ready") void subscriber.ping().catch(() => undefined);
      }, beatMs).unref();
      await subscriber.subscribe(...byChannel.keys());
      subscriber.on("ready", () => {
        subscriber.subscribe(...byChannel.keys()).then(
          () => listener.mayHaveMissed(),
          () => undefined,
        );
      });
      return async () => {
        clearInterval(beat);
        subscriber.disconnect();
      };
    },
  };
}

const beatMs = 5_000;

function channelOf(queue: string): string {
  return `{taskwright:${queue}}:cancel`;
}

const waitingStates = ["prioritized", "delayed", "wait", "paused"] as const;

/** A field of the job's own hash that BullMQ doesn't know: it lives and goes with the job. */
const mark = "taskwright:cancelled";

/** What BullMQ appends to the key of a job for what it keeps beside it. */
const keysOfJob = [":logs", ":dependencies", ":processed", ":failed", ":unsuccessful"];

const removeJob = `
local function removeJob(key)
  redis.call("DEL", key, ${keysOfJob.map((end) => `key .. "${end}"`).join(", ")})
end
`;

/** KEYS: set, job, events. ARGV: id, state. */
const removeEnded = `
${removeJob}
if redis.call("ZREM", KEYS[1], ARGV[1]) == 0 then return 0 end
removeJob(KEYS[2])
redis.call("XADD", KEYS[3], "MAXLEN", "~", 10000, "*", "event", "removed", "jobId", ARGV[1], "prev", ARGV[2])
return 1
`;

/**
 * KEYS: completed. ARGV: key prefix, how many to keep, time in ms of the oldest to keep.
 *
 * BullMQ asks each job for its parent, which a completed one has left already, and removes each by a command of its own.
 */
const trimCompleted = `
local tooMany = redis.call("ZCARD", KEYS[1]) - tonumber(ARGV[2])
local tooOld = redis.call("ZCOUNT", KEYS[1], "-inf", "(" .. ARGV[3])
local count = math.min(math.max(tooMany, tooOld), 1000)
if count <= 0 then return end
local keys, last = {}, 0
for _, id in ipairs(redis.call("ZRANGE", KEYS[1], 0, count - 1)) do
  local key = ARGV[1] .. id
  ${["", ...keysOfJob].map((end, index) => `keys[last + ${index + 1}] = key .. "${end}"`).join("\n  ")}
  last = last + ${keysOfJob.length + 1}
end
redis.call("DEL", unpack(keys))
redis.call("ZREMRANGEBYRANK", KEYS[1], 0, count - 1)
`;

/** KEYS: job, prioritized, delayed, wait, paused, events. ARGV: id. */
const removeUnbegun = `
${removeJob}
local id = ARGV[1]
if tonumber(redis.call("HGET", KEYS[1], "ats") or "0") > 0 then return 0 end
local hasWaited = redis.call("ZREM", KEYS[2], id) == 1 or redis.call("ZREM", KEYS[3], id) == 1
  or redis.call("LREM", KEYS[4], 1, id) == 1 or redis.call("LREM", KEYS[5], 1, id) == 1
if not hasWaited then return 0 end
removeJob(KEYS[1])
redis.call("XADD", KEYS[6], "MAXLEN", "~", 10000, "*", "event", "removed", "jobId", id, "prev", "waiting")
return 1
`;

/**
 * KEYS: job, prioritized, delayed, wait, paused, completed, failed, events, repeat.
 * ARGV: id, reason, now, keep, key prefix, channel.
 *
 * The next run of a schedule is only marked: BullMQ makes the run after it when it starts.
 */
const cancel = `
${removeJob}
local id, reason, now = ARGV[1], ARGV[2], ARGV[3]
if redis.call("EXISTS", KEYS[1]) == 0 then return "unknown" end
if redis.call("ZSCORE", KEYS[6], id) or redis.call("ZSCORE", KEYS[7], id) then return "over" end
redis.call("HSET", KEYS[1], "${mark}", reason)
local job = redis.call("HMGET", KEYS[1], "rjk", "deid")
local next = job[1] and redis.call("ZSCORE", KEYS[9], job[1])
local isNextRun = next and id == "repeat:" .. job[1] .. ":" .. next
local hasWaited = not isNextRun and (redis.call("ZREM", KEYS[2], id) == 1 or redis.call("ZREM", KEYS[3], id) == 1
  or redis.call("LREM", KEYS[4], 1, id) == 1 or redis.call("LREM", KEYS[5], 1, id) == 1)
if not hasWaited then
  redis.call("PUBLISH", ARGV[6], cjson.encode({ jobId = id, reason = reason }))
  return "marked"
end
local unique = job[2] and ARGV[5] .. "de:" .. job[2]
if unique and redis.call("GET", unique) == id then redis.call("DEL", unique) end
if ARGV[4] == "1" then
  redis.call("HSET", KEYS[1], "failedReason", reason, "finishedOn", now)
  redis.call("ZADD", KEYS[7], now, id)
else
  removeJob(KEYS[1])
end
redis.call("XADD", KEYS[8], "MAXLEN", "~", 10000, "*", "event", "failed", "jobId", id, "failedReason", reason, "prev", "waiting")
return "ended"
`;
