import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { CustomerView } from "./generated";
import type { CustomerHost } from "./host";

/** All that the customer's window may do: ask what it shows, and hear of changes. */
export const tauriCustomerHost: CustomerHost = {
  view: () => invoke("customer_view"),
  onView: (heard) => listen<CustomerView>("customer", (event) => heard(event.payload)),
};
