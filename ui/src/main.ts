import { mount } from "svelte";
import "./app.css";
import { tauriHost } from "./lib/host/tauri";
import TillWindow from "./till/TillWindow.svelte";

const target = document.getElementById("app");
if (target !== null) {
  mount(TillWindow, { target, props: { host: tauriHost } });
}
