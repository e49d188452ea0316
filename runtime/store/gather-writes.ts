import type { Redis } from "ioredis";

/**
 * Lets `client` send the commands of one turn of the event loop in few writes.
 *
 * ioredis writes each command by itself, and with many in flight the system calls are a third of the work of this
 * process. But a write leaves with a tenth of what is in flight: Redis works on the others while this process prepares the
 * next. In larger ones they would wait for each other by turns.
 */
export function gatherWrites(client: Redis): void {
  // Those that wait to be written are among them, but for the one that is being written.
  const inFlight = () => client.commandQueue.length;
  client.on("connect", () => gather(client.stream, inFlight));
}

type Stream = Redis["stream"];

const mostCommands = 8;

function gather(stream: Stream, inFlight: () => number): void {
  const write = stream.write.bind(stream) as (data: string | Buffer, ...rest: unknown[]) => boolean;
  const end = stream.end.bind(stream) as Stream["end"];
  let pending: (string | Buffer)[] = [];

  function flush(): void {
    const commands = pending;
    if (commands.length === 0) return;
    pending = [];
    // Nothing can be sent any more: ioredis rejects these commands or sends them again itself.
    if (stream.writable) write(commands.length === 1 ? (commands[0] ?? "") : join(commands));
  }

  stream.write = ((data: string | Buffer, ...rest: unknown[]) => {
    if (rest.length > 0) {
      flush();
      return write(data, ...rest);
    }
    const count = pending.push(data);
    if (count >= Math.min(inFlight() / 10, mostCommands)) flush();
    else if (count === 1) process.nextTick(flush);
    return true;
  }) as Stream["write"];
  stream.end = ((...given: Parameters<Stream["end"]>) => {
    flush();
    return end(...given);
  }) as Stream["end"];
}

function join(commands: readonly (string | Buffer)[]): string | Buffer {
  if (commands.every((command) => typeof command === "string")) return commands.join("");
  return Buffer.concat(commands.map((command) => (typeof command === "string" ? Buffer.from(command) : command)));
}
