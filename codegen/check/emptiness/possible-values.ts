import type { CatalogWorkflow } from "../../catalog.js";
import type { Json } from "../../json.js";
import type { JsonNode } from "../../parse/json-value.js";
import { allTypes } from "./type-sets.js";

/** A schema where it is written. */
export interface Site {
  readonly schema: Json;
  readonly node: JsonNode;
  readonly pointer: string;
  readonly workflow: CatalogWorkflow;
}

/**
 * What one schema, or several that must all hold, leave of the values there are. It takes in more than they do, where
 * they say what is not read here; so if nothing is left of it, nothing fits them.
 */
export interface PossibleValues {
  /** Of `type-sets.ts`; none where no value is left. */
  readonly types: number;
  /** The keyword that leaves no more types than these. */
  readonly typesFrom?: Origin;
  readonly number?: Range;
  /** Of texts, in code points. */
  readonly length?: Range;
  readonly items?: Range;
  readonly properties?: Range;
  /** All values that there are, where they are listed. */
  readonly listed?: Listed;
  /** Whether keywords that are not read here may refuse some of the listed values. */
  readonly isOpen?: boolean;
  readonly required?: ReadonlyMap<string, Origin>;
  /** The schemas that say something of properties. */
  readonly objects?: readonly Site[];
  /** The schemas that say something of items. */
  readonly arrays?: readonly Site[];
  /** Why the last type went that did, by what is said of its values. */
  readonly fault?: Fault;
}

/** The place of a keyword, or of a part of one. */
export interface Origin {
  readonly site: Site;
  readonly pointer: string;
}

export interface Limit {
  readonly value: number;
  readonly isExclusive: boolean;
  /** As messages show it: `minimum: 5` between back-ticks. */
  readonly text: string;
  readonly origin: Origin;
}

export interface Range {
  readonly least?: Limit | undefined;
  readonly most?: Limit | undefined;
}

export interface Listed {
  readonly values: readonly Json[];
  readonly origin: Origin;
}

/** Why nothing is left. */
export interface Fault {
  readonly origins: readonly Origin[];
  /** A sentence, as it is told of the schema `at`. */
  readonly message: (at: Site) => string;
  readonly wayOut?: string;
  /** Whether it is the keys at the origins that are shown. */
  readonly isOfKey?: boolean;
  /** Whether another rule says so. */
  readonly isTold?: boolean;
}

/** Of a schema that says nothing. */
export const anything: PossibleValues = { types: allTypes };

/** Of a schema that accepts nothing, as is told elsewhere. */
export const nothing: PossibleValues = { types: 0 };
