// The till's window on the tests' own host, to look at it in a browser. Not part of what is shipped.
import { mount } from "svelte";
import "../../src/app.css";
import type { Language } from "../../src/lib/host";
import { WORDS } from "../../src/lib/i18n/words";
import TillWindow from "../../src/till/TillWindow.svelte";
import { TestHost } from "../support/test-host";

const host = new TestHost();
// A page that is only looked at need not be spoken to by its switch.
const language = new URLSearchParams(location.search).get("language");
if (language !== null && language in WORDS) host.language = language as Language;
Object.assign(window, { host });
const target = document.getElementById("app");
if (target !== null) mount(TillWindow, { target, props: { host } });
