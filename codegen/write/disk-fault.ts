/** What a disk refused, in a sentence that offers the way out; the words of the system where none fits. */
export function describeDiskFault(cause: unknown): string {
  const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : { code: "", message: cause };
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "The system does not permit it. Check who may read and write there.";
    case "EROFS":
      return "The disk is read-only.";
    case "ENOSPC":
      return "The disk is full. Make room and try again.";
    case "EDQUOT":
      return "Your share of the disk is used up. Make room and try again.";
    case "ENOTDIR":
    case "EEXIST":
      return "A file stands where a folder must be. Move it away.";
    case "EISDIR":
    case "ENOTEMPTY":
      return "A folder stands where a file must be. Move it away.";
    case "ENOENT":
      return "A folder on the way there is missing, or is a link that leads nowhere.";
    case "EMFILE":
    case "ENFILE":
      return "Too many files are open on this machine. Close some programs and try again.";
    default:
      return `The system says: ${String(message)}.`;
  }
}

/** An error that says which path could not be dealt with and why; `cause` keeps the system's own. */
export function diskFault(doing: "read" | "write", path: string, cause: unknown): Error {
  return new Error(`Cannot ${doing} ${path}. ${describeDiskFault(cause)}`, { cause });
}

/** What is wrong with a link that cannot be followed, as the end of a sentence; undefined for any other fault. */
export function describeBrokenLink(cause: unknown): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "is a link that leads nowhere. Remove it, or restore what it points to.";
  if (code === "ELOOP") return "is a link that leads back to itself. Remove it.";
  return undefined;
}
