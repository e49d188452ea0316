import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a key that is forgotten while its job may be retried",
    `
    schemas:
      P: { type: object, required: [x], properties: { x: { type: string } } }
    tasks:
      a: { idempotency: { key: [x], ttl: 30d }, payload: { $ref: "#/schemas/P" } }
                                         ^^^ short-ttl: A key is forgotten after 30d, though a job of \`a\` may be retried for 90d2h7s, its 90d in the dead letter included: it could repeat its effect.
      b:
        idempotency: { key: [x], ttl: 7d49m }
        retries: 3
        timeout: 10m
        backoff: { type: fixed, delay: 3m }
        retention: { failed: { age: 7d } }
        payload: { $ref: "#/schemas/P" }
      c:
        idempotency: { key: [x], ttl: 7d48m }
                                      ^^^^^ short-ttl
        retries: 3
        timeout: 10m
        backoff: { type: fixed, delay: 3m }
        retention: { failed: { age: 7d } }
        payload: { $ref: "#/schemas/P" }
      d: { idempotency: { key: [x] }, payload: { $ref: "#/schemas/P" } }
    `,
  ],
  [
    "a key that is forgotten before its lease ends",
    `
    tasks:
      a:
        idempotency: { key: [x], ttl: 30s }
                                      ^^^ invalid-idempotency: A key that is forgotten after 30s is gone before its \`lease\` of 1m ends. Lengthen \`ttl\`.
        payload: { type: object, required: [x], properties: { x: { type: string } } }
    `,
  ],
  [
    "a lease that cannot be renewed in time",
    `
    schemas:
      P: { type: object, required: [x], properties: { x: { type: string } } }
    tasks:
      a: { idempotency: { key: [x], lease: 2999ms }, payload: { $ref: "#/schemas/P" } }
                                           ^^^^^^ short-lease: A lease of 2s999ms cannot be renewed in time: a short pause of the worker would lose it, and another would do the work again. Use \`3s\` or more.
      b: { idempotency: { key: [x], lease: 3s }, payload: { $ref: "#/schemas/P" } }
      short: { idempotency: { key: [x], lease: 2s }, timeout: 1s, payload: { $ref: "#/schemas/P" } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
