import { Cluster } from "ioredis";
import { createTasks, UnsupportedConnection } from "taskwright";
import { expect, test } from "vitest";
import { parseConnection } from "../../../runtime/store/connection.js";

test.each([
  ["embedded:", { kind: "embedded", location: undefined }],
  ["embedded:./jobs", { kind: "embedded", location: "./jobs" }],
])("%s is a store in this process", (connection, expected) => {
  expect(parseConnection(connection)).toEqual(expected);
});

test.each(["redis://localhost", "redis://:secret@host:6380/3", "rediss://user:secret@host"])("%s is a Redis", (url) => {
  expect(parseConnection(url)).toMatchObject({ kind: "redis" });
});

const cluster = new Cluster(["redis://localhost"], { lazyConnect: true });

test.each<[string, unknown, string]>([
  ["nothing", undefined, "undefined (is the variable with its URL set?)"],
  ["no URL", "localhost:secret", "a localhost: URL"],
  ["a Sentinel", "redis+sentinel://user:secret@h1,h2/master", "a redis+sentinel: URL"],
  ["a Cluster", "redis+cluster://user:secret@h1,h2", "a redis+cluster: URL"],
  ["another database", "postgres://user:secret@host/db", "a postgres: URL"],
  ["a malformed URL", "redis://user:secret@:port:", "a malformed redis: URL"],
  ["a path that is no database", "redis://user:secret@host/name", "a redis: URL whose path is no database number"],
  ["a Cluster client", cluster, "an ioredis Cluster"],
  ["an object", { host: "localhost" }, "a value of type object"],
])("%s is refused without showing a password", (_, connection, arrived) => {
  expect(() => parseConnection(connection)).toThrow(UnsupportedConnection);
  expect(() => parseConnection(connection)).toThrow(arrived);
  expect(() => parseConnection(connection)).not.toThrow("secret@");
});

test("createTasks refuses a connection at once, and opens none", () => {
  const options = { connection: undefined };
  expect(() => createTasks({ queues: {}, workflows: {} }, options)).toThrow(UnsupportedConnection);
});
