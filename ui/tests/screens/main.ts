// The till's window on the tests' own host, to look at it in a browser. Not part of what is shipped.
import { mount } from "svelte";
import "../../src/app.css";
import TillWindow from "../../src/till/TillWindow.svelte";
import { TestHost } from "../support/test-host";

const host = new TestHost();
Object.assign(window, { host });
const target = document.getElementById("app");
if (target !== null) mount(TillWindow, { target, props: { host } });
