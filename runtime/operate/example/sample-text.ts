/** What a text has to be like; lengths are in code points. */
export interface TextRules {
  readonly pattern: string | undefined;
  readonly format: string | undefined;
  readonly least: number;
  /** May be infinite. */
  readonly most: number;
}

/** A text that keeps to the rules as far as can be told, the `nth` of several that differ; undefined: none was found. */
export function sampleText({ pattern, format, least, most }: TextRules, nth: number): string | undefined {
  if (pattern !== undefined) return sampleRegExp(pattern, least, most, nth);
  if (format !== undefined && Object.hasOwn(formats, format)) return formats[format]?.(nth);
  const mark = nth === 0 ? "" : String(nth + 1);
  const word = most < 4 + mark.length ? letters.charAt(nth % letters.length).repeat(Math.min(1, most)) : `text${mark}`;
  const missing = least - [...word].length;
  return missing > 0 ? word + "x".repeat(missing) : word;
}

const letters = "abcdefghijklmnopqrstuvwxyz";

const two = (n: number) => String(n).padStart(2, "0");

/** An example of each format that the validators know. */
const formats: Readonly<Record<string, (nth: number) => string>> = {
  date: (n) => `2026-03-${two((n % 28) + 1)}`,
  time: (n) => `09:${two(n % 60)}:00Z`,
  "date-time": (n) => `2026-03-${two((n % 28) + 1)}T09:00:00Z`,
  "iso-time": (n) => `09:${two(n % 60)}:00Z`,
  "iso-date-time": (n) => `2026-03-${two((n % 28) + 1)}T09:00:00Z`,
  duration: (n) => `P${n + 1}D`,
  uri: (n) => `https://example.com/${n === 0 ? "" : n}`,
  url: (n) => `https://example.com/${n === 0 ? "" : n}`,
  "uri-reference": (n) => `/path/${n}`,
  "uri-template": (n) => `https://example.com/{id}/${n}`,
  email: (n) => `ada${n === 0 ? "" : n}@example.com`,
  hostname: (n) => `host${n === 0 ? "" : n}.example.com`,
  ipv4: (n) => `192.0.2.${(n % 254) + 1}`,
  ipv6: (n) => `2001:db8::${(n + 1).toString(16)}`,
  regex: (n) => `^[a-z]{${n + 1}}$`,
  uuid: (n) => `3f2b8a90-6c1d-4e5f-8a7b-${(n + 1).toString(16).padStart(12, "0")}`,
  "json-pointer": (n) => `/items/${n}`,
  "json-pointer-uri-fragment": (n) => `#/items/${n}`,
  "relative-json-pointer": (n) => `${n}/name`,
  byte: (n) => Buffer.from(`text${n}`).toString("base64"),
  password: (n) => `secret${n}`,
  binary: (n) => `text${n}`,
};

/**
 * A text that a regular expression matches, made from its parts: repeated as seldom as allowed, and more often where the
 * text has to be longer. It knows no look-around and no back-references; undefined where it finds none.
 */
function sampleRegExp(source: string, least: number, most: number, nth: number): string | undefined {
  const expression = new RegExp(source, "u");
  for (let more = 0; more <= 64; more = more < 8 ? more + 1 : more * 2) {
    for (let turn = nth; turn < nth + 4; turn += 1) {
      const text = createReader(source, more, turn)();
      if (text === undefined) return undefined;
      const length = [...text].length;
      const padded = length < least ? text + "x".repeat(least - length) : text;
      for (const candidate of [text, padded]) {
        const size = [...candidate].length;
        if (size >= least && size <= most && expression.test(candidate)) return candidate;
      }
    }
  }
  return undefined;
}

/** Reads an expression and writes a text of it. `more` is how often beyond the least, `turn` which of several signs. */
function createReader(source: string, more: number, turn: number): () => string | undefined {
  const signs = [...source];
  let at = 0;
  let isKnown = true;

  function alternatives(): string {
    const branches = [sequence()];
    while (signs[at] === "|") {
      at += 1;
      branches.push(sequence());
    }
    return branches[turn % branches.length] ?? "";
  }

  function sequence(): string {
    let text = "";
    while (at < signs.length && signs[at] !== "|" && signs[at] !== ")") text += repeated();
    return text;
  }

  function repeated(): string {
    const start = at;
    const one = atom();
    const end = at;
    const [least, most] = quantifier();
    const times = Math.min(most, Math.max(least, Math.min(most, more)));
    if (times === 1) return one;
    let text = "";
    const after = at;
    for (let n = 0; n < times; n += 1) {
      at = start;
      text += atom();
      at = end;
    }
    at = after;
    return text;
  }

  function quantifier(): readonly [number, number] {
    const sign = signs[at];
    let bounds: readonly [number, number] = [1, 1];
    if (sign === "*") bounds = [0, 1_000];
    else if (sign === "+") bounds = [1, 1_000];
    else if (sign === "?") bounds = [0, 1];
    else if (sign === "{") {
      const end = signs.indexOf("}", at);
      const [least = "0", most] = signs
        .slice(at + 1, end)
        .join("")
        .split(",");
      bounds = [Number(least), most === undefined ? Number(least) : most === "" ? 1_000 : Number(most)];
      at = end;
    } else return bounds;
    at += 1;
    if (signs[at] === "?") at += 1;
    return bounds;
  }

  function atom(): string {
    const sign = signs[at] ?? "";
    at += 1;
    switch (sign) {
      case "^":
      case "$":
        return "";
      case ".":
        return "a";
      case "(":
        return group();
      case "[":
        return pick(setOfSigns());
      case "\\":
        return escaped();
      default:
        return sign;
    }
  }

  function group(): string {
    if (signs[at] === "?") {
      const name = /^\?(:|<[A-Za-z]\w*>)/.exec(signs.slice(at).join(""));
      // What looks around writes nothing itself.
      if (name === null) isKnown = false;
      at += name?.[0].length ?? 0;
    }
    const text = alternatives();
    at += 1;
    return text;
  }

  function escaped(): string {
    const sign = signs[at] ?? "";
    if (/[bB]/.test(sign)) {
      at += 1;
      return "";
    }
    return pick(escapedSigns());
  }

  /** The signs that an escape stands for; `at` is behind its backslash. */
  function escapedSigns(): readonly string[] {
    const sign = signs[at] ?? "";
    at += 1;
    const known = classes[sign];
    if (known !== undefined) return known;
    if (/[pPk1-9]/.test(sign)) {
      if (/[pP]/.test(sign)) {
        const name = signs.slice(at, signs.indexOf("}", at) + 1).join("");
        at += [...name].length;
        return common.filter((each) => new RegExp(`\\${sign}${name}`, "u").test(each));
      }
      isKnown = false;
      return ["x"];
    }
    if (sign === "u" || sign === "x") return [codePoint(sign)];
    const control = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", 0: "\0" }[sign];
    return [control ?? sign];
  }

  function codePoint(sign: "u" | "x"): string {
    const rest = signs.slice(at).join("");
    const [whole = "", braced, plain] =
      (sign === "u" ? /^\{([\da-f]+)\}|^([\da-f]{4})/i : /^(?!)|^([\da-f]{2})/i).exec(rest) ?? [];
    at += whole.length;
    return String.fromCodePoint(Number.parseInt(plain ?? braced ?? "78", 16));
  }

  function setOfSigns(): readonly string[] {
    const isNegated = signs[at] === "^";
    if (isNegated) at += 1;
    const found: string[] = [];
    while (at < signs.length && signs[at] !== "]") {
      const members = setMember();
      if (signs[at] === "-" && signs[at + 1] !== "]" && members.length === 1) {
        at += 1;
        const [last = ""] = setMember();
        found.push(...range(members[0] ?? "", last));
      } else found.push(...members);
    }
    at += 1;
    return isNegated ? common.filter((sign) => !found.includes(sign)) : found;
  }

  function setMember(): readonly string[] {
    const sign = signs[at] ?? "";
    at += 1;
    return sign === "\\" ? escapedSigns() : [sign];
  }

  function pick(choices: readonly string[]): string {
    if (choices.length === 0) isKnown = false;
    return choices[turn % Math.max(1, choices.length)] ?? "";
  }

  return () => {
    const text = alternatives();
    return isKnown && at >= signs.length ? text : undefined;
  };
}

function range(first: string, last: string): readonly string[] {
  const from = first.codePointAt(0) ?? 0;
  const to = Math.min(last.codePointAt(0) ?? 0, from + 127);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => String.fromCodePoint(from + n));
}

const digits = range("0", "9");
const upper = range("A", "Z");
const lower = range("a", "z");
const common: readonly string[] = [...lower, ...upper, ...digits, ..." _-.,:;/+@#!?&=%*()<>'\"~"];
const classes: Readonly<Record<string, readonly string[]>> = {
  d: digits,
  D: [...lower, ...upper],
  w: [...lower, ...upper, ...digits, "_"],
  W: [" ", "-"],
  s: [" "],
  S: [...lower, ...upper, ...digits],
};
