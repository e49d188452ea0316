import { TaskwrightError } from "../runtime/errors.js";

/** An option of the dashboard cannot be followed. It did not start. */
export class InvalidDashboardOption extends TaskwrightError {
  readonly code = "TASKWRIGHT_INVALID_DASHBOARD_OPTION";
  readonly option: string;

  /** `expected` and what is there instead, in words: the value itself may be a secret. */
  constructor(option: string, expected: string, arrived: string) {
    super(`The dashboard's \`${option}\` must be ${expected}, and is ${arrived}.`);
    this.option = option;
  }
}

/** Nobody could sign in, or everybody could: in production the tokens have to be given. The dashboard did not start. */
export class DashboardTokenMissing extends TaskwrightError {
  readonly code = "TASKWRIGHT_DASHBOARD_TOKEN_MISSING";

  constructor() {
    super(
      "With NODE_ENV=production the dashboard does not start without a token to sign in with: set TASKWRIGHT_DASHBOARD_TOKEN (for instance to the output of `openssl rand -base64 32`).",
    );
  }
}
