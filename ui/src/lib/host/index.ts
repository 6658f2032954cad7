export type * from "./generated";
export { isRefused, type CommandName, type CustomerHost, type Host } from "./host";
