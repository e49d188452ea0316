import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { DashboardTokenMissing, InvalidDashboardOption } from "../errors.js";

/** What somebody may do: an operator everything, a viewer look. */
export type Role = "operator" | "viewer";

/** Who may sign in. */
export interface Credentials {
  /** The role that `token` gives; undefined: none. Takes as long for a wrong token as for a right one. */
  roleOf(token: string): Role | undefined;
  /** The operators' token when nobody chose one, to be shown to whoever started the process. */
  readonly generatedToken: string | undefined;
  /** All tokens as one secret, for keys that must change with them. */
  readonly secret: string;
}

/** The tokens as configured; what is undefined or empty was not. */
export interface ConfiguredTokens {
  readonly operator: string | undefined;
  readonly viewer: string | undefined;
}

/**
 * The tokens to sign in with: those configured, else a random one for operators.
 *
 * Throws DashboardTokenMissing when none is configured and `isProduction`, and InvalidDashboardOption for a token that
 * is short enough to be guessed, or is both roles'.
 */
export function readCredentials({ operator, viewer }: ConfiguredTokens, isProduction: boolean): Credentials {
  const operatorToken = operator || undefined;
  const viewerToken = viewer || undefined;
  refuseShort("token", operatorToken);
  refuseShort("readOnlyToken", viewerToken);
  if (operatorToken !== undefined && operatorToken === viewerToken) {
    throw new InvalidDashboardOption("readOnlyToken", "another one than `token`", "the same");
  }
  if (operatorToken === undefined && viewerToken === undefined && isProduction) throw new DashboardTokenMissing();
  // With a viewers' token alone, nobody is an operator in production; elsewhere whoever started it is.
  const generatedToken =
    operatorToken === undefined && !isProduction ? randomBytes(24).toString("base64url") : undefined;
  const tokens: readonly (readonly [Role, Buffer])[] = [
    ["operator", digest(operatorToken ?? generatedToken ?? randomBytes(32).toString("base64url"))],
    ["viewer", digest(viewerToken ?? randomBytes(32).toString("base64url"))],
  ];
  return {
    roleOf(token) {
      const given = digest(token);
      // Every token is compared, and the digests are of one length, so that the time tells nothing.
      const matches = tokens.filter(([, expected]) => timingSafeEqual(given, expected));
      return matches[0]?.[0];
    },
    generatedToken,
    secret: [operatorToken ?? generatedToken ?? "", viewerToken ?? ""].join("\n"),
  };
}

const shortest = 16;

function refuseShort(option: string, token: string | undefined): void {
  if (token === undefined || token.length >= shortest) return;
  throw new InvalidDashboardOption(option, `at least ${shortest} characters long`, `${token.length}`);
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
