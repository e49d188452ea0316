/** What a page may do, beyond what all of ours may. */
export type PagePolicy = "ours" | "board";

/** The headers of every answer: nothing from elsewhere, no frame, nothing kept, nothing told to others. */
export function securityHeaders(policy: PagePolicy): Readonly<Record<string, string>> {
  return {
    "content-security-policy": contentSecurityPolicy(policy),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    // Not `no-referrer`: browsers would then send our own forms with `Origin: null`, as a stranger's frame does.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
  };
}

function contentSecurityPolicy(policy: PagePolicy): string {
  const isBoard = policy === "board";
  return [
    "default-src 'none'",
    "script-src 'self'",
    // bull-board's components write style elements as they run; no script can come in by them.
    `style-src 'self'${isBoard ? " 'unsafe-inline'" : ""}`,
    `img-src 'self'${isBoard ? " data:" : ""}`,
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    // Its pages have a base of their own, for they are one page at many addresses.
    `base-uri ${isBoard ? "'self'" : "'none'"}`,
  ].join("; ");
}
