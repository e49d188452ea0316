import { it } from "vitest";
import { expectFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "a dead letter that is gone sooner than the retries took",
    `
    tasks:
      pay:
      ^^^ short-retention: A dead job of \`pay\` is kept for 10m, though its retries alone take 30m.
        retries: 4
        backoff: { type: polynomial, delay: 1m, exponent: 2 }
        retention: { failed: { age: 10m } }
      collect: { retries: 4, backoff: { type: polynomial, delay: 1m, exponent: 2 }, retention: { failed: { age: 30m } } }
      tidy: { retries: 0, retention: { failed: { age: 1s } } }
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));
