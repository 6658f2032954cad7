export type * from "./generated";
export { isRefused, type CommandName, type Host } from "./host";
