import type { Command } from "commander";
import { examples } from "./operator-command.js";

/** Gives each command of `program` that is among these its examples, at the end of its `--help`. */
export function addExamples(program: Command): void {
  for (const command of program.commands) {
    for (const each of [command, ...command.commands]) {
      const path = each === command ? each.name() : `${command.name()} ${each.name()}`;
      const lines = examplesOf[path];
      if (lines !== undefined) examples(each, lines);
    }
  }
}

const examplesOf: Readonly<Record<string, readonly string[]>> = {
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
    "taskwright jobs edit critical/17 --set amount=5000 --set note=corrected",
  ],
  "dead ls": ["taskwright dead ls", "taskwright dead ls --task savings:process_payout --newer-than 1h"],
  "dead show": ["taskwright dead show critical/17"],
  "dead retry": ['taskwright dead retry --all --queue critical --error "bank timeout" --dry-run'],
  "dead purge": ["taskwright dead purge --older-than 30d --dry-run", "taskwright dead purge --queue low --yes"],
  workers: ["taskwright workers ls"],
  "workers ls": ["taskwright workers ls", 'taskwright workers ls --json | jq -r ".[].host"'],
  stats: ["taskwright stats", 'taskwright stats --json | jq ".counts.dead"'],
  top: ["taskwright top", "taskwright top --every 5s"],
};
