import { fsyncSync, openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { PaymentOrder } from "./ledger-client.js";
import type { LedgerLine } from "./ledger-file.js";
import { tell } from "./points.js";
import { type Receipt, type SubjectName, subjects } from "./subjects.js";

/*
 * The ledger: a process of its own that knows nothing of Redis. It answers when what it did is on disk, in LEDGER_FILE. An
 * account honours keys, fences or neither, as `subjects` says. Its first answer to one payment in twenty-five is that it is
 * busy, as ledgers sometimes are.
 */

interface Answer {
  readonly status: 200 | 204 | 409 | 503;
  readonly body: string;
}

const file = openSync(process.env.LEDGER_FILE ?? "", "a");
/** By account and reference. */
const receipts = new Map<string, Receipt>();
const fences = new Map<string, number>();
const asked = new Set<string>();
let paid = 0;
let unwritten: string[] = [];
let answers: (() => void)[] = [];

const server = createServer((request, response) => void serve(request, response));
server.listen(0, "127.0.0.1", () => tell(`listening ${(server.address() as AddressInfo).port}`));
process.on("disconnect", () => process.exit(0));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, account, verb] = (request.url ?? "").split("/");
  const order = JSON.parse(await text(request)) as PaymentOrder;
  const { status, body } = handle(account as SubjectName, verb, order);
  answers.push(() => response.writeHead(status).end(body));
  if (answers.length === 1) setImmediate(writeAndAnswer);
}

function handle(account: SubjectName, verb: string | undefined, order: PaymentOrder): Answer {
  const id = `${account} ${order.reference}`;
  const earlier = receipts.get(id);
  const { honours } = subjects[account];
  if (honours === "fence") {
    const { fence = 0 } = order;
    const highest = fences.get(id) ?? 0;
    if (fence < highest) return refuse(account, order, { status: 409, body: `${fence} is older than ${highest}.` });
    fences.set(id, fence);
  }
  if (verb === "look") return earlier === undefined ? { status: 204, body: "" } : ok(earlier);
  if (honours === "key" && earlier !== undefined) return refuse(account, order, ok(earlier));
  const isFirst = !asked.has(id);
  asked.add(id);
  if (isFirst && Number(/\d+$/.exec(order.reference)?.[0]) % 25 === 7) return { status: 503, body: "Busy." };
  paid += 1;
  const receipt = { receipt: `R-${paid}` };
  receipts.set(id, receipt);
  write({ account, ...order, ...receipt });
  return ok(receipt);
}

function ok(receipt: Receipt): Answer {
  return { status: 200, body: JSON.stringify(receipt) };
}

function refuse(account: SubjectName, order: PaymentOrder, answer: Answer): Answer {
  write({ account, ...order, receipt: undefined });
  return answer;
}

function write(line: LedgerLine): void {
  unwritten.push(`${JSON.stringify(line)}\n`);
}

/** What came in one turn of the event loop shares a write. */
function writeAndAnswer(): void {
  const [lines, due] = [unwritten, answers];
  [unwritten, answers] = [[], []];
  if (lines.length > 0) {
    writeSync(file, lines.join(""));
    fsyncSync(file);
  }
  for (const answer of due) answer();
}
