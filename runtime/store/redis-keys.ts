/** BullMQ's keys of a queue, under the prefix that the store binds it to. */
export function keysOf(queue: string): (name: string) => string {
  return (name) => `{taskwright:${queue}}:${queue}:${name}`;
}
