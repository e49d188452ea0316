import { EventEmitter } from "node:events";
import type { messages, PGlite, protocol } from "@electric-sql/pglite";
import type { PgNotification, PgPoolClient, PgQueryResult } from "bullmq";
import { EmbeddedUnstorable } from "./embedded-errors.js";
import { decodeColumn, encodeParameter } from "./embedded-values.js";

type Serialize = typeof protocol.serialize;

/** Some 5,000 jobs; it then takes 20 to 40 ms. */
const STATEMENTS_PER_VACUUM = 20_000;

/** What a statement that waits for its turn needs. */
interface Pending {
  readonly client: object;
  readonly text: string;
  readonly parameters: readonly unknown[];
  resolve(result: PgQueryResult): void;
  reject(error: unknown): void;
}

/**
 * PGlite is one PostgreSQL session; this shares it out as a pool would share out many.
 *
 * Statements run one at a time, in the order they came. A client that has begun a transaction has the session to
 * itself until the transaction ends or the client is released. A channel is listened to as long as one client
 * listens, and every client gets the notifications of its own channels only.
 */
export class Session {
  readonly #database: PGlite;
  readonly #serialize: Serialize;
  readonly #pending: Pending[] = [];
  readonly #clients = new Set<Client>();
  /** Whose transaction is open. */
  #owner: object | undefined;
  #sinceVacuum = 0;
  #isRunning = false;
  #whenIdle: (() => void) | undefined;
  #isClosed = false;

  constructor(database: PGlite, serialize: Serialize) {
    this.#database = database;
    this.#serialize = serialize;
    database.onNotification((channel, payload) => {
      for (const client of this.#clients) client.notify({ channel, payload });
    });
  }

  /** A statement on no client in particular, as a pool's `query`. */
  query(text: string, parameters?: readonly unknown[]): Promise<PgQueryResult> {
    if (/\bFROM pg_stat_activity\b/i.test(text)) return Promise.resolve(this.#named());
    return this.run({}, text, parameters);
  }

  connect(): Client {
    const client = new Client(this);
    this.#clients.add(client);
    return client;
  }

  release(client: Client): void {
    this.#clients.delete(client);
    if (this.#owner === client) void this.run(client, "ROLLBACK").catch(() => undefined);
  }

  /** Whether any client still listens to `channel`. */
  isHeard(channel: string): boolean {
    return [...this.#clients].some((client) => client.channels.has(channel));
  }

  run(client: object, text: string, parameters: readonly unknown[] = []): Promise<PgQueryResult> {
    if (this.#isClosed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#pending.push({ client, text, parameters, resolve, reject });
      this.#schedule();
    });
  }

  /** Finishes what was asked for, rolls an open transaction back, and closes the database. */
  async close(): Promise<void> {
    const owner = this.#owner;
    const rolledBack = owner === undefined ? undefined : this.run(owner, "ROLLBACK");
    this.#isClosed = true;
    await rolledBack?.catch(() => undefined);
    if (this.#isRunning) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    for (const { reject } of this.#pending.splice(0)) reject(closedError());
    await this.#database.close();
  }

  /**
   * PGlite computes on this thread and never waits, so a busy worker would go round in microtasks for ever: every
   * statement gets its own turn of the event loop, and timers and sockets get theirs.
   */
  #schedule(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => void this.#step());
  }

  async #step(): Promise<void> {
    const owner = this.#owner;
    const at = owner === undefined ? 0 : this.#pending.findIndex(({ client }) => client === owner);
    const [next] = at < 0 ? [] : this.#pending.splice(at, 1);
    if (next !== undefined) await this.#execute(next);
    await this.#vacuumWhenDue();
    this.#isRunning = false;
    if (next !== undefined && this.#pending.length > 0) this.#schedule();
    else this.#whenIdle?.();
  }

  async #execute({ client, text, parameters, resolve, reject }: Pending): Promise<void> {
    this.#sinceVacuum += 1;
    try {
      const answer = readAnswer(await this.#exchange(text, parameters));
      this.#owner = answer.isInTransaction ? client : undefined;
      if (answer.error === undefined) resolve(answer.result);
      else reject(isAboutNul(answer.error) ? new EmbeddedUnstorable({ cause: answer.error }) : answer.error);
    } catch (error) {
      reject(error);
    }
  }

  /** PostgreSQL frees what jobs and events leave behind in a process of its own, which PGlite has not. */
  async #vacuumWhenDue(): Promise<void> {
    if (this.#sinceVacuum < STATEMENTS_PER_VACUUM || this.#owner !== undefined) return;
    this.#sinceVacuum = 0;
    // Without ANALYZE: its figures for a nearly empty table made BullMQ's statements slower.
    await this.#exchange("VACUUM", []).catch(() => undefined);
  }

  #exchange(text: string, parameters: readonly unknown[]): Promise<messages.BackendMessage[]> {
    const { query, parse, bind, describe, execute, sync } = this.#serialize;
    const message =
      parameters.length === 0
        ? query(text)
        : Buffer.concat([
            parse({ text }),
            bind({ values: parameters.map(encodeParameter) }),
            describe({ type: "P" }),
            execute({}),
            sync(),
          ]);
    return this.#database.execProtocolStream(message, { throwOnError: false, syncToFs: false });
  }

  /** BullMQ finds its workers by the name of their connection, and all of these are one connection to PostgreSQL. */
  #named(): PgQueryResult {
    const rows = [...this.#clients].flatMap(({ name }) => (name === undefined ? [] : [{ application_name: name }]));
    return { rows, rowCount: rows.length };
  }
}

/** What stands in for one connection of a pool, checked out until `release`. */
export class Client extends EventEmitter implements PgPoolClient {
  readonly #session: Session;
  readonly channels = new Set<string>();
  name: string | undefined;
  #isReleased = false;

  constructor(session: Session) {
    super();
    this.#session = session;
    // A worker adds one for every wait.
    this.setMaxListeners(0);
  }

  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<PgQueryResult<Row>> {
    if (this.#isReleased) throw new Error("This client of the embedded store was released.");
    if (/set_config\('application_name'/i.test(text)) {
      this.name = String(parameters?.[0]);
      return { rows: [], rowCount: 0 };
    }
    const listen = LISTEN.exec(text);
    if (listen !== null) return await this.#listen(listen);
    return await this.#session.run(this, text, parameters);
  }

  notify(notification: PgNotification): void {
    if (this.channels.has(notification.channel)) this.emit("notification", notification);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.channels.clear();
    this.#session.release(this);
  }

  async #listen(match: RegExpExecArray): Promise<PgQueryResult> {
    const { verb = "", quoted, bare = "" } = match.groups ?? {};
    const channel = quoted ?? bare.toLowerCase();
    if (verb.toUpperCase() === "LISTEN") {
      this.channels.add(channel);
      return await this.#session.run(this, `LISTEN ${quoteName(channel)}`);
    }
    const left = channel === "*" ? [...this.channels] : [channel];
    for (const name of left) {
      this.channels.delete(name);
      if (!this.#session.isHeard(name)) await this.#session.run(this, `UNLISTEN ${quoteName(name)}`);
    }
    return { rows: [], rowCount: null };
  }
}

/** The whole statement, after any comments. */
const LISTEN = /^(?:\s|--[^\n]*\n)*(?<verb>LISTEN|UNLISTEN)\s+(?:"(?<quoted>[^"]+)"|(?<bare>\*|\w+))\s*;?\s*$/i;

function quoteName(name: string): string {
  return `"${name}"`;
}

/** In the words of `pg`, which BullMQ looks for while it closes. */
function closedError(): Error {
  return new Error("Cannot use a pool after calling end on the pool: the embedded store was closed.");
}

/** PostgreSQL's codes for the JSON escape and for the byte. */
function isAboutNul(error: Error): boolean {
  return "code" in error && (error.code === "22P05" || error.code === "22021");
}

interface Answer {
  readonly result: PgQueryResult;
  /** Has PostgreSQL's `code`, `detail` and so on, like `pg`'s. */
  readonly error: Error | undefined;
  readonly isInTransaction: boolean;
}

/** Of several statements in one text, the result of the last. */
function readAnswer(answers: readonly messages.BackendMessage[]): Answer {
  let fields: messages.RowDescriptionMessage["fields"] = [];
  let rows: Record<string, unknown>[] = [];
  let result: PgQueryResult = { rows: [], rowCount: null };
  let error: Error | undefined;
  let isInTransaction = false;
  for (const answer of answers) {
    switch (answer.name) {
      case "rowDescription":
        ({ fields } = answer as messages.RowDescriptionMessage);
        rows = [];
        break;
      case "dataRow": {
        const values = (answer as messages.DataRowMessage).fields;
        rows.push(
          Object.fromEntries(
            fields.map(({ name, dataTypeID }, i) => [name, decodeColumn(values[i] ?? null, dataTypeID)]),
          ),
        );
        break;
      }
      case "commandComplete": {
        const count = Number((answer as messages.CommandCompleteMessage).text.split(" ").at(-1));
        result = { rows, rowCount: Number.isNaN(count) ? null : count };
        rows = [];
        break;
      }
      case "error":
        error ??= answer as messages.DatabaseError;
        break;
      case "readyForQuery":
        isInTransaction = (answer as messages.ReadyForQueryMessage).status !== "I";
        break;
    }
  }
  return { result, error, isInTransaction };
}
