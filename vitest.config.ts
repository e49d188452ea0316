import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["taskwright-source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["taskwright-source", "node", "import", "default"] } },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/redis.setup.ts"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
