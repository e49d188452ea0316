/** For scripts: `microseconds` and `now`, in ms, since 1970 by Redis' own clock, which is one for all workers. */
export const redisClock = `
local time = redis.call("TIME")
local microseconds = time[1] * 1000000 + time[2]
local now = math.floor(microseconds / 1000)
`;
