/** What the process's exit code says. */
export const exitCodes = {
  fine: 0,
  /** The user's files or state are at fault; what is wrong was printed. */
  fault: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** Redis cannot be reached. */
  unreachable: 3,
} as const;

/** See {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
