import type { Driver, DriveStep } from "driver.js";
import { tick } from "svelte";
import type { More } from "../more/more.svelte";
import type { Keys } from "../settings/keys.svelte";
import type { SaleSurroundings } from "../till/surroundings";
import type { Guide } from "./guide.svelte";

/** The page that the steps point at. */
interface Page extends SaleSurroundings {
  readonly keys: Keys;
  readonly more: More;
  readonly guide: Guide;
}

type Step = keyof Page["words"]["guide"]["steps"];

/** The real parts of the real screen, in the order of a sale. */
const WHERE: Record<Step, string> = {
  scan: '[data-testid="lines"]',
  pick: '[data-testid="side"]',
  total: '[data-testid="totals"]',
  pay: '[data-testid="pay"]',
  receipts: '[data-testid="show-receipts"]',
  more: '[data-testid="show-more"]',
};

/** 一分钟认屏幕: the first steps. Whatever is done at the till ends them and is done: they are in nobody's way. */
export class FirstSteps {
  readonly #around: Page;
  #driver: Driver | null = null;
  #offered = false;

  constructor(around: Page) {
    this.#around = around;
  }

  /** Shown unasked, once. */
  async offer(): Promise<void> {
    if (this.#offered) return;
    this.#offered = true;
    await this.show();
  }

  async show(): Promise<void> {
    const around = this.#around;
    if (around.stage !== "selling" || around.mustWeigh()) return;
    around.keys.close();
    around.more.leave();
    around.guide.close();
    // Nobody pays for it at the start of a till that has seen it.
    const [{ driver }] = await Promise.all([import("driver.js"), import("./first-steps.css")]);
    await tick();
    if (this.#driver !== null || around.stage !== "selling" || around.screen?.kiosk !== null) return;
    const words = around.words.guide;
    const steps = (Object.keys(WHERE) as Step[]).map((step): DriveStep => ({
      element: WHERE[step],
      popover: { title: words.steps[step].title, description: words.steps[step].text },
    }));
    this.#driver = driver({
      steps,
      animate: false,
      allowKeyboardControl: true,
      overlayOpacity: 0.35,
      stagePadding: 4,
      stageRadius: 12,
      showProgress: true,
      progressText: words.progress,
      nextBtnText: words.next,
      prevBtnText: words.previous,
      doneBtnText: words.done,
      onPopoverRender: (popover) => {
        popover.closeButton.textContent = words.skip;
        popover.closeButton.setAttribute("aria-label", words.skip);
        popover.wrapper.dataset["testid"] = "first-steps";
      },
      onDestroyed: () => this.#ended(),
    });
    this.#driver.drive();
  }

  end(): void {
    this.#driver?.destroy();
  }

  /** Remembered as seen, however far she went: it is called up again from the help. */
  #ended(): void {
    this.#driver = null;
    if (this.#around.screen?.guide_due !== true) return;
    void this.#around.ask(async () => {
      this.#around.screen = await this.#around.host.call("guide_seen", {});
    });
  }

  /** Hands anywhere but on the steps themselves are at work: the steps make way for them. Gives back how to stop. */
  watch(target: Window): () => void {
    const pressed = (event: Event): void => {
      if (this.#driver !== null && !isOfSteps(event.target)) this.end();
    };
    const key = (event: KeyboardEvent): void => {
      if (this.#driver !== null && !STEP_KEYS.has(event.key)) this.end();
    };
    target.addEventListener("pointerdown", pressed, { capture: true });
    target.addEventListener("mousedown", pressed, { capture: true });
    target.addEventListener("keydown", key, { capture: true });
    return () => {
      target.removeEventListener("pointerdown", pressed, { capture: true });
      target.removeEventListener("mousedown", pressed, { capture: true });
      target.removeEventListener("keydown", key, { capture: true });
      this.end();
    };
  }
}

/** What the steps themselves are walked with. */
const STEP_KEYS = new Set(["ArrowLeft", "ArrowRight", "Enter", " ", "Tab", "Shift", "Escape"]);

function isOfSteps(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".driver-popover") !== null;
}
