import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["taskwright-source", "node"] },
  ssr: { resolve: { conditions: ["taskwright-source", "node"] } },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/redis.setup.ts", "test/support/programs.setup.ts"],
    pool: "forks",
    // As Node does it: otherwise the runtime's CommonJS imports mean one thing under test and another in production.
    deps: { interopDefault: false },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
