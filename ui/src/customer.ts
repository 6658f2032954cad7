import { mount } from "svelte";
import "./app.css";
import CustomerWindow from "./customer/CustomerWindow.svelte";
import { tauriCustomerHost } from "./lib/host/tauri-customer";

const target = document.getElementById("app");
if (target !== null) {
  mount(CustomerWindow, { target, props: { host: tauriCustomerHost } });
}
