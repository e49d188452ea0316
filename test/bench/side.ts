import { benches } from "./benches.js";

/* One side of one bench, in a process of its own: on each message of its parent it runs a round and tells the figures. */

const [, , name, side, url = ""] = process.argv;
const mine = benches.find((bench) => bench.name === name)?.sides(url)[side === "ours" ? "ours" : "raw"];
process.on("message", async () => process.send?.(await mine?.run()));
