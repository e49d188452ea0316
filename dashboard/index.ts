export { createDashboard, type Dashboard } from "./create-dashboard.js";
export { DashboardTokenMissing, InvalidDashboardOption } from "./errors.js";
export type { DashboardOptions } from "./options.js";
export { type ServedDashboard, type ServeOptions, serveDashboard } from "./serve.js";
