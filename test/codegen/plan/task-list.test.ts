import { expect, it } from "vitest";
import { compile } from "../../../codegen/index.js";
import type { Json } from "../../../codegen/json.js";

const schemas = {
  Money: { type: "object", required: ["amount"], properties: { amount: { type: "integer" } }, description: "In kobo." },
  Node: {
    type: "object",
    properties: { next: { $ref: "#/schemas/Node" }, all: { type: "array", items: { $ref: "#/schemas/Node" } } },
  },
  Dated: { type: "object", required: ["at"], properties: { at: { type: "string", format: "date-time" } } },
  Cash: { type: "object", required: ["till"], properties: { till: { type: "string" } } },
  Card: { type: "object", required: ["pan"], properties: { pan: { type: "string", "x-sensitive": true } } },
};

it.each<[string, Json, readonly string[]]>([
  ["what is no object", { type: "string", minLength: 1 }, ["| (the whole) | string, length from 1 | yes |  |"]],
  [
    "objects in objects, at their paths",
    object({ address: object({ city: { type: "string" } }, ["city"]) }),
    ["| `address` | object | no |  |", "| `address.city` | string | yes |  |"],
  ],
  [
    "fields of a list's items, and of theirs",
    object({ lines: list(object({ sku: { type: "string" }, parts: list(object({ n: { type: "integer" } })) })) }),
    [
      "| `lines` | list of object | no |  |",
      "| `lines[].sku` | string | no |  |",
      "| `lines[].parts` | list of object | no |  |",
      "| `lines[].parts[].n` | integer | no |  |",
    ],
  ],
  [
    "items that have something to say themselves",
    object({ tags: list({ type: "string", maxLength: 9, description: "One word." }) }),
    ["| `tags` | list of (string, length up to 9) | no |  |", "| `tags[]` | string, length up to 9 |  | One word. |"],
  ],
  [
    "each place of a tuple",
    object({
      at: {
        type: "array",
        prefixItems: [{ type: "number" }, object({ unit: { type: "string" } })],
        minItems: 2,
        items: false,
      },
    }),
    [
      "| `at` | tuple of 2 items | no |  |",
      "| `at[0]` | number | yes |  |",
      "| `at[1]` | object | yes |  |",
      "| `at[1].unit` | string | no |  |",
    ],
  ],
  [
    "maps, by what they lead to",
    object({
      limits: map({ type: "integer", minimum: 0 }),
      shops: map(object({ name: { type: "string" } })),
      headers: { type: "object", additionalProperties: false, patternProperties: { "^x-": { type: "string" } } },
      rates: { ...map({ type: "number" }), propertyNames: { type: "string", maxLength: 3 } },
    }),
    [
      "| `limits` | map of (integer, at least 0) | no |  |",
      "| `shops` | map of object | no |  |",
      "| `shops.*.name` | string | no |  |",
      "| `headers` | map of names like `^x-` to string | no |  |",
      "| `rates` | map of names length up to 3 to number | no |  |",
    ],
  ],
  [
    "what comes by allOf and beside a reference",
    {
      ...object({ id: { type: "string" } }),
      $ref: "#/schemas/Dated",
      allOf: [object({ id: { type: "string", maxLength: 9 } }, ["id"])],
    },
    [
      "| (the whole) | Dated: object | yes |  |",
      "| `id` | string, length up to 9 | yes |  |",
      "| `at` | date-time | yes |  |",
    ],
  ],
  [
    "alternatives by the value that tells them apart",
    object({
      to: {
        type: "object",
        required: ["kind"],
        discriminator: { propertyName: "kind" },
        oneOf: [
          object({ kind: { const: "bank" }, iban: { type: "string" } }, ["kind", "iban"]),
          { ...object({ kind: { enum: ["cash", "till"] } }), description: "At a counter." },
        ],
      },
    }),
    [
      '| `to` | object (`"bank"`) or object (`"cash"` or `"till"`) | no |  |',
      '| `to.kind` (`"bank"`) | `"bank"` | yes |  |',
      '| `to.iban` (`"bank"`) | string | yes |  |',
      '| `to` (`"cash"` or `"till"`) | object |  | At a counter. |',
      '| `to.kind` (`"cash"` or `"till"`) | `"cash"` or `"till"` | yes |  |',
    ],
  ],
  [
    "alternatives by their schemas' names, else by number",
    object({
      by: { anyOf: [{ $ref: "#/schemas/Cash" }, object({ points: { type: "integer" } }), { type: "string" }] },
    }),
    [
      "| `by` | Cash: object or object (form 2) or string | no |  |",
      "| `by.till` (Cash) | string | yes |  |",
      "| `by.points` (form 2) | integer | no |  |",
    ],
  ],
  [
    "the only alternative to null, without a label",
    object({ price: { anyOf: [{ $ref: "#/schemas/Money" }, { type: "null" }] } }),
    ["| `price` | Money: object or null | no | In kobo. |", "| `price.amount` | integer | yes |  |"],
  ],
  [
    "a schema inside itself by its name",
    object({ root: { $ref: "#/schemas/Node" } }),
    ["| `root` | Node: object | no |  |", "| `root.next` | Node | no |  |", "| `root.all` | list of Node | no |  |"],
  ],
  [
    "marks, defaults, examples, and what depends on a field",
    {
      ...object({
        old: { type: "string", deprecated: true, description: "Use `new`." },
        id: { type: "string", readOnly: true },
        secret: { type: "string", writeOnly: true, "x-sensitive": true },
        speed: { enum: ["fast", "slow"], default: "slow", examples: ["fast"] },
        card: { $ref: "#/schemas/Card" },
      }),
      dependentRequired: { id: ["old", "speed"] },
    },
    [
      "| `old` | string | no | **Deprecated.** Use `new`. |",
      "| `id` | string | no | **Read-only.** With it, `old` and `speed` are required. |",
      "| `secret` | string | no | **Write-only.** **Sensitive:** masked where jobs are shown. |",
      '| `speed` | `"fast"` or `"slow"`, default `"slow"` | no | For example `"fast"`. |',
      "| `card` | Card: object | no |  |",
      "| `card.pan` | string | yes | **Sensitive:** masked where jobs are shown. |",
    ],
  ],
  [
    "what conditions add",
    {
      ...object({ card: { type: "string" } }),
      if: { type: "object", required: ["card"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
      then: object({ holder: { type: "string" } }, ["holder"]),
      dependentSchemas: { card: object({ cvc: { type: "string" } }) },
    },
    [
      "| (the whole) | object, more by its values | yes |  |",
      "| `card` | string | no |  |",
      "| `holder` (`then`) | string | yes |  |",
      "| `cvc` (with `card`) | string | no |  |",
    ],
  ],
  [
    "text that Markdown would read, as it is written",
    object({
      "``": { type: "string", pattern: "^\\d+\\.\\d*_a_*b\\*$" },
      "`a": { enum: ["__b__", "a|b", "`", "<T>"] },
      "a|b": { type: "string", pattern: "^(a|b)\\|`$" },
      "x.y": object({ "*": { type: "boolean" } }),
      "": { const: "\n\u2028" },
    }),
    [
      "| ``` `` ``` | string, like `^\\d+\\.\\d*_a_*b\\*$` | no |  |",
      '| `` `a `` | `"__b__"` or `"a\\|b"` or ``"`"`` or `"<T>"` | no |  |',
      "| `a\\|b` | string, like <code>&#94;&#40;a&#124;b&#41;&#92;&#124;&#96;&#36;</code> | no |  |",
      '| `["x.y"]` | object | no |  |',
      '| `["x.y"]["*"]` | boolean | no |  |',
      '| `[""]` | `"\\n\\u2028"` | no |  |',
    ],
  ],
  [
    "paragraphs of a description, and nothing of it as HTML",
    object({
      a: { type: "string", description: "One\nline | of `List<T|U>`.\n\n<b>Two</b> \\| `three & ``\n" },
      b: { type: "string", description: "\\`<i>`" },
    }),
    [
      "| `a` | string | no | One line \\| of `List<T\\|U>`.<br>&lt;b>Two&lt;/b> &#124; \\`three &amp; \\`\\` |",
      "| `b` | string | no | \\`&lt;i>\\` |",
    ],
  ],
])("tells %s", (_, payload, rows) => {
  expect(payloadRows(payload)).toEqual(rows);
});

it("shows as many whole levels as fit, and counts the rest", () => {
  const rows = payloadRows(object(fields(30, object(fields(4, { type: "string" })))));
  expect(rows).toEqual([
    ...Array.from({ length: 30 }, (_, n) => `| \`f${n}\` | object | no |  |`),
    "120 more fields, left out here.",
  ]);
});

it("shows a hundred fields of one level", () => {
  const rows = payloadRows(object(fields(150, { type: "string" })));
  expect(rows).toHaveLength(101);
  expect(rows.at(-1)).toBe("50 more fields, left out here.");
});

it("gives up counting what would be millions of fields", () => {
  const levels = Array.from({ length: 12 }, (_, n): [string, Json] => [
    `Level${n}`,
    n === 11 ? { type: "string" } : object(fields(6, { $ref: `#/schemas/Level${n + 1}` })),
  ]);
  const rows = payloadRows({ $ref: "#/schemas/Level0" }, Object.fromEntries(levels));
  expect(rows.length).toBeLessThan(102);
  expect(rows.at(-1)).toMatch(/^At least [0-9]+ more fields, left out here\.$/);
});

it("names a few of a thousand values and forms", () => {
  const values = Array.from({ length: 1000 }, (_, n) => n);
  const [oneOf, anyOf] = payloadRows(
    object({ value: { enum: values }, form: { anyOf: values.map((n) => ({ type: "integer", multipleOf: n + 2 })) } }),
  );
  expect(oneOf).toMatch(/`19` or 980 more \|/);
  expect(anyOf).toMatch(/\(integer, a multiple of 13\) or 988 more \|/);
});

it("tells a schedule's payload, but none that is sensitive", () => {
  const schedule = (payload: string) => `schedules: { nightly: { cron: "0 0 * * *", payload: ${payload} } }`;
  const list = taskList(
    "tasks:\n" +
      `  open: { payload: { type: object, properties: { a: { type: string } } }, ${schedule('{ a: "x|`" }')} }\n` +
      `  hidden: { payload: { type: object, properties: { a: { type: string, x-sensitive: true } } }, ${schedule("{ a: x }")} }\n`,
  );
  expect(list.match(/^\| schedule .*$/gm)).toEqual([
    '| schedule nightly | At 00:00 (UTC) `0 0 * * *`; payload ``{"a":"x\\|`"}`` |',
    "| schedule nightly | At 00:00 (UTC) `0 0 * * *`; payload not shown, as parts are sensitive |",
  ]);
});

it("keeps the paragraphs of a description, none of which becomes something else", () => {
  const description = "# One\nline\n\n- **two** <br>\n\n1. three\n\n[four]: x\n\n---\n\n**Five** | `|`";
  const list = taskList(`tasks: { pay: { description: ${JSON.stringify(description)} } }\n`);
  expect(list).toContain(
    "\n\n\\# One line\n\n\\- **two** &lt;br>\n\n1\\. three\n\n\\[four]: x\n\n\\---\n\n**Five** | `|`\n\n| setting",
  );
});

function payloadRows(payload: Json, named: { readonly [name: string]: Json } = schemas): string[] {
  const list = taskList(JSON.stringify({ schemas: named, tasks: { pay: { payload } } }));
  const [, table = ""] = list.split("Payload:\n\n");
  return table
    .split("\n")
    .slice(2)
    .filter((line) => line !== "");
}

function taskList(text: string): string {
  const { files, diagnostics } = compile([{ path: "workflows/w.yaml", text }], {
    workflows: "workflows",
    generated: "generated",
  });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return files?.generated.find(({ path }) => path === "generated/TASKS.md")?.text ?? "";
}

function object(
  properties: { readonly [name: string]: Json },
  required: readonly string[] = [],
): { readonly [name: string]: Json } {
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}

function list(items: Json): Json {
  return { type: "array", items };
}

function map(additionalProperties: Json): { readonly [name: string]: Json } {
  return { type: "object", additionalProperties };
}

function fields(count: number, schema: Json): { readonly [name: string]: Json } {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, schema]));
}
