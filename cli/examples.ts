import type { Command } from "commander";

/** Gives each command of `program` its examples, at the end of its `--help`. */
export function addExamples(program: Command): void {
  for (const command of program.commands) {
    for (const each of [command, ...command.commands]) {
      const path = each === command ? each.name() : `${command.name()} ${each.name()}`;
      const lines = examplesOf[path];
      if (lines !== undefined) {
        each.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
      }
    }
  }
}

/** By the words of the command. They are lines for a shell, on the project of this repository. */
const examplesOf: Readonly<Record<string, readonly string[]>> = {
  codegen: [
    "taskwright codegen",
    "taskwright codegen --watch                              # while you write",
    "taskwright codegen --check --strict --format github     # in CI: fails on what is out of date, and on warnings",
  ],
  check: ["taskwright check --strict --verbose", "taskwright check --format json | jq '.[].code'"],
  explain: ["taskwright explain unknown-queue", "taskwright explain          # every code there is"],
  init: [
    "mkdir shop && cd shop && npx taskwright init",
    "npx taskwright init --workflows src/workflows --out src/generated    # where only src/ is compiled",
  ],
  worker: [
    "taskwright worker --connection redis://localhost:6379",
    "taskwright worker --queues critical,default --concurrency 50 --port 9090",
  ],
  enqueue: [
    "taskwright enqueue savings:process_contribution --example > payload.json",
    "taskwright enqueue savings:process_contribution @payload.json --dry-run",
    "taskwright enqueue savings:process_contribution @payload.json --delay 5m --priority high",
    `taskwright enqueue notification:sms '{"phone":"+2348012345678","message":"Welcome!","purpose":"alert"}' --id welcome-17`,
    "jq .payment event.json | taskwright enqueue savings:process_payout - --json",
  ],
  dashboard: ["taskwright dashboard --connection redis://localhost:6379 --port 8080"],
  dev: [
    "taskwright dev",
    "taskwright dev --connection redis://localhost:6379    # so that other programs can enqueue too",
  ],
  queues: [
    "taskwright queues ls",
    "taskwright queues pause critical         # stop the money while you look",
    "taskwright queues drain low --dry-run    # how many would go",
  ],
  "queues ls": [
    "taskwright queues ls",
    "taskwright queues ls --all      # also what other projects left in this Redis",
  ],
  "queues pause": [
    "taskwright queues pause critical          # while you look; running jobs go on",
    "taskwright queues pause critical default",
  ],
  "queues resume": ["taskwright queues resume critical default"],
  "queues drain": [
    "taskwright queues drain low --dry-run    # how many would go",
    "taskwright queues drain low --delayed    # those of later too; it asks first",
  ],
  jobs: [
    "taskwright jobs ls --where reference=PAY-20931          # the job of one payment",
    "taskwright jobs show critical/17                        # why it failed",
    "taskwright jobs retry critical/17",
    'taskwright jobs retry --all --error "bank timeout" --newer-than 2h',
    "taskwright jobs edit critical/17 --set amount=5000",
    "taskwright jobs rm --all --state completed --older-than 7d --dry-run",
    'taskwright jobs ls --state dead --json | jq -r ".jobs[].id"',
  ],
  "jobs ls": [
    "taskwright jobs ls --where reference=PAY-20931              # the job of one payment",
    "taskwright jobs ls --task savings:process_payout --state dead,delayed --newer-than 2h",
    'taskwright jobs ls --error "bank timeout" --limit 200',
    'taskwright jobs ls --state dead --json | jq -r ".jobs[].id"',
  ],
  "jobs show": ["taskwright jobs show critical/17", "taskwright jobs show 17 --queue critical --json"],
  "jobs retry": [
    "taskwright jobs retry critical/17 critical/18",
    'taskwright jobs retry --all --error "bank timeout" --newer-than 2h --dry-run',
  ],
  "jobs cancel": [
    'taskwright jobs cancel critical/17 --reason "typed twice"',
    "taskwright jobs cancel --all --task notification:sms --state waiting",
  ],
  "jobs promote": ["taskwright jobs promote default/9", "taskwright jobs promote --all --queue default"],
  "jobs rm": ["taskwright jobs rm critical/17", "taskwright jobs rm --all --state completed --older-than 7d --dry-run"],
  "jobs edit": [
    "taskwright jobs edit critical/17                            # in $EDITOR",
    "taskwright jobs edit critical/17 --set amount=5000 --set round=2",
  ],
  dead: [
    "taskwright dead ls --task savings:process_payout",
    "taskwright dead show critical/17",
    "taskwright dead retry --all --queue critical",
    "taskwright dead purge --older-than 30d --dry-run",
  ],
  "dead ls": ["taskwright dead ls", "taskwright dead ls --task savings:process_payout --newer-than 1h"],
  "dead show": ["taskwright dead show critical/17"],
  "dead retry": ['taskwright dead retry --all --queue critical --error "bank timeout" --dry-run'],
  "dead purge": ["taskwright dead purge --older-than 30d --dry-run", "taskwright dead purge --queue low --yes"],
  workers: ["taskwright workers ls"],
  "workers ls": ["taskwright workers ls", 'taskwright workers ls --json | jq -r ".[].host"'],
  stats: ["taskwright stats", 'taskwright stats --json | jq ".counts.dead"'],
  top: ["taskwright top", "taskwright top --every 5s"],
  doctor: [
    "taskwright doctor                              # all of it, before a release or when something is odd",
    "taskwright doctor persistence eviction memory  # Redis alone",
    "taskwright doctor --json | jq '.findings[] | select(.level == \"error\")'",
  ],
  schedules: [
    "taskwright schedules ls",
    "taskwright schedules diff          # in CI, after a deployment: exit 1 on drift",
    "taskwright schedules sync --remove-waiting",
  ],
  "schedules ls": ["taskwright schedules ls", 'taskwright schedules ls --json | jq -r ".schedules[].nextRuns[0]"'],
  "schedules diff": ["taskwright schedules diff          # in CI, after a deployment: exit 1 on drift"],
  "schedules sync": ["taskwright schedules sync", "taskwright schedules sync --force     # after a rollback, at once"],
  idempotency: [
    "taskwright idempotency show savings:process_payout PAY-20931",
    `taskwright idempotency clear savings:process_payout PAY-20931 --reason "the bank has no such transfer"`,
    "taskwright jobs retry critical/17       # then, to run the job that was parked",
  ],
  "idempotency show": [
    "taskwright idempotency show savings:process_payout PAY-20931",
    `taskwright idempotency show savings:process_payout '{"reference":"PAY-20931"}'`,
  ],
  "idempotency clear": [
    `taskwright idempotency clear savings:process_payout PAY-20931 --reason "the bank has no such transfer"`,
  ],
};
