import type { Commands, CustomerView, RefusedView, StatusView } from "./generated";

export type CommandName = keyof Commands;

/** What stands behind the window: the core over IPC, or over HTTP in a browser. */
export interface Host {
  call<Name extends CommandName>(
    name: Name,
    request: Commands[Name]["request"],
  ): Promise<Commands[Name]["view"]>;
  /** 顾客屏: a window on a second screen, where there is one. Open already, it comes to the front. */
  openCustomerWindow(): Promise<void>;
  /** Hears every change of connection, printer and waiting sales. Gives back how to stop. */
  onStatus(heard: (status: StatusView) => void): Promise<() => void>;
}

/** What stands behind the customer's window: no command of the till. */
export interface CustomerHost {
  view(): Promise<CustomerView>;
  /** Hears of every change. Gives back how to stop. */
  onView(heard: (view: CustomerView) => void): Promise<() => void>;
}

/** A refusal is what the core says no with; anything else thrown is a fault of the way to it. */
export function isRefused(thrown: unknown): thrown is RefusedView {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    "code" in thrown &&
    typeof thrown.code === "string" &&
    "message" in thrown &&
    typeof thrown.message === "string"
  );
}
