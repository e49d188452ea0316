import type { Json } from "../json.js";
import type { JsonDocument } from "../print-json.js";

/** Everything that is to be written, as data: what each file declares, not how it is laid out. */
export interface EmitPlan {
  /** The compiler's own files: always overwritten, and removed when they are planned no more. */
  readonly generated: readonly PlannedFile[];
  /** Handlers that their authors take over: written only where there is no file yet. */
  readonly stubs: readonly PlannedModule[];
}

export type PlannedFile =
  | PlannedModule
  | { readonly kind: "json"; readonly path: string; readonly document: JsonDocument }
  | { readonly kind: "text"; readonly path: string; readonly text: string };

/** A TypeScript module. Its imports are not planned: they follow from the symbols that its declarations use. */
export interface PlannedModule {
  readonly kind: "module";
  /** Relative to the project, with `/` between its parts. */
  readonly path: string;
  /** Comment lines at the top; none in a file that is its author's. */
  readonly header: readonly string[];
  readonly declarations: readonly Declaration[];
}

export type Declaration =
  /** Types as the schema library prints them, or checks as `codegen/validators/` does, and the symbols that they name. */
  | { readonly kind: "printed"; readonly text: string; readonly uses: readonly CodeSymbol[] }
  | { readonly kind: "type-alias"; readonly name: string; readonly type: TypeExpression; readonly doc: string }
  | {
      readonly kind: "interface";
      readonly name: string;
      readonly extends: readonly TypeExpression[];
      readonly members: readonly {
        readonly name: string;
        readonly type: TypeExpression;
        readonly doc?: string | undefined;
      }[];
      readonly doc: string;
    }
  | {
      readonly kind: "const";
      readonly name: string;
      readonly type?: TypeExpression;
      readonly value: Expression;
      readonly satisfies?: TypeExpression;
      readonly doc?: string | undefined;
      /** Lines of comment after the declaration. */
      readonly note?: readonly string[];
    }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly parameters: readonly { readonly name: string; readonly type: TypeExpression }[];
      readonly returnType: TypeExpression;
      readonly returns: Expression;
      readonly doc: string;
    };

/** A name that a module uses, and the module that it comes from; without one it is in scope already. */
export interface CodeSymbol {
  readonly name: string;
  /** `taskwright`, or a relative module as the importing file writes it. */
  readonly from?: string;
  /** The name it has there, where that differs. */
  readonly importedAs?: string;
  readonly isType: boolean;
}

export interface TypeExpression {
  readonly symbol: CodeSymbol;
  readonly arguments: readonly TypeExpression[];
}

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [name: string, value: Expression])[] }
  | { readonly kind: "reference"; readonly symbol: CodeSymbol }
  | {
      readonly kind: "call";
      readonly callee: CodeSymbol;
      readonly typeArguments: readonly TypeExpression[];
      readonly arguments: readonly Expression[];
    };

/** A type by its symbol. */
export function typeOf(symbol: CodeSymbol, ...args: readonly TypeExpression[]): TypeExpression {
  return { symbol, arguments: args };
}

/** A type that the module declares itself. */
export function localType(name: string): CodeSymbol {
  return { name, isType: true };
}

/** A JSON value as an expression. Object members that are `undefined` are left out. */
export function literal(value: Json | { readonly [name: string]: Json | undefined }): Expression {
  if (Array.isArray(value)) return { kind: "list", items: value.map((item: Json) => literal(item)) };
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).flatMap(([name, member]): [string, Expression][] =>
      member === undefined ? [] : [[name, literal(member)]],
    );
    return { kind: "object", entries };
  }
  return { kind: "literal", value: value as string | number | boolean | null };
}
