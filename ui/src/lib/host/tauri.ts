import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { StatusView } from "./generated";
import type { Host } from "./host";

/** The core behind the desktop window: one command `call`, one event `status`. */
export const tauriHost: Host = {
  call: (name, request) => invoke("call", { name, request }),
  openCustomerWindow: () => invoke("open_customer_window"),
  onStatus: (heard) => listen<StatusView>("status", (event) => heard(event.payload)),
};
