// A page as a person and its site's code see it: the banner, the centre, storage, the console.

import { Key } from 'selenium-webdriver';

// Finds a part in the open shadow tree of a ConsentKit element that can be seen.
const FIND = `
  const [host, selector] = arguments;
  for (const element of document.querySelectorAll(host)) {
    const found = element.shadowRoot?.querySelector(selector);
    if (found && found.getClientRects().length > 0 && getComputedStyle(found).visibility !== 'hidden') return found;
  }
  return null;`;

const CODE = /\b[A-Z]{2,}(?:_[A-Z]+)+\b/;

// Milliseconds that a page may take to load; and one of which something is held back, which never does.
const LOADED = 30_000;
const HELD = 2_000;

/** Wraps a driver that shows a page of `site` (see site-server.mjs). */
export class Page {
  constructor(driver, site) {
    this.driver = driver;
    this.site = site;
    this.waits = LOADED;
    /** How many milliseconds `until` waits. */
    this.patience = 30_000;
  }

  async open(path = '/') {
    const address = this.site.origin + path;
    if (this.site.holds()) return this.#go('location.href = arguments[0]', address);
    await this.#wait(LOADED);
    return this.driver.get(address);
  }

  /** Loads the page again. */
  async reload() {
    if (this.site.holds()) return this.#go('location.reload()');
    await this.#wait(LOADED);
    return this.driver.navigate().refresh();
  }

  /**
   * To Firefox and WebKit a page has loaded when the modules are there that it imports, and a test may hold one back.
   * So this waits for the document alone, where a driver would wait for the rest in vain; that of WebKit before every command.
   */
  async #go(step, ...args) {
    if ((await this.driver.getCapabilities()).getBrowserName() === 'MiniBrowser') await this.#wait(HELD);
    const before = await this.run('return performance.timeOrigin');
    await this.run(step, ...args);
    await this.until(() => this.run('return performance.timeOrigin !== arguments[0] && document.readyState !== "loading"', before), 'the next page');
  }

  /** How long the driver waits for a page to load. */
  async #wait(pageLoad) {
    if (this.waits !== pageLoad) await this.driver.manage().setTimeouts({ pageLoad });
    this.waits = pageLoad;
  }

  /** Runs the body of a function in the page. */
  run(code, ...args) {
    return this.driver.executeScript(code, ...args);
  }

  /** Waits until `probe` answers with something truthy and returns it. */
  async until(probe, what, within = this.patience) {
    const end = Date.now() + within;
    for (;;) {
      const found = await Promise.resolve(probe()).catch(stale);
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what}: not within ${within} ms. ${JSON.stringify(await this.seen().catch(() => null))}`);
      await pause(50);
    }
  }

  /** A visible button of `ck-banner`, `ck-centre` or `ck-embed` by what it does, or `null`. */
  part(host, name) {
    return this.run(FIND, host, `button[value="${name}"], button[part~="${name}"]`);
  }

  /** Whether the banner asks something now. */
  async asks() {
    return (await this.part('ck-banner', 'accept')) !== null;
  }

  /** Waits for the banner. */
  banner() {
    return this.until(() => this.asks(), 'the banner is drawn');
  }

  /** Whether there is no banner, also after a moment in which a late one could come. */
  async quiet(moment = 1_500) {
    const end = Date.now() + moment;
    while (Date.now() < end) {
      if (await this.asks()) return false;
      await pause(100);
    }
    return true;
  }

  /** Clicks a part, as a person does: it must be there, seen and uncovered. */
  async click(host, name) {
    const element = await this.until(() => this.part(host, name), `${name} of ${host}`);
    await this.driver.executeScript('arguments[0].scrollIntoView({ block: "center" })', element);
    await element.click();
  }

  /** Answers in the banner with one click. */
  async answer(name) {
    await this.click('ck-banner', name);
    await this.until(async () => !(await this.asks()), 'the banner goes away');
  }

  /** Opens the centre by the link in the footer. */
  async openCentre() {
    const link = await this.driver.findElement({ css: 'footer [data-consentkit="preferences"]' });
    await this.run('arguments[0].scrollIntoView({ block: "center" })', link);
    // The banner may lie over the footer; a person would scroll, a driver cannot always.
    await link.click().catch(() => this.run('arguments[0].click()', link));
    await this.until(() => this.part('ck-centre', 'save'), 'the centre is drawn');
  }

  /** Runs code in the open centre with all its rows unfolded; `root` is its shadow root. */
  inCentre(code) {
    return this.run(`const root = document.querySelector("ck-centre").shadowRoot; root.querySelectorAll("details").forEach((it) => (it.open = true)); ${code}`);
  }

  /** Puts a switch of the centre into a state. */
  async set(key, on) {
    const input = await this.until(() => this.run(FIND, 'ck-centre', `input[role=switch][value="${key}"]`), `the switch of ${key}`);
    if ((await input.isSelected()) === on) return;
    await this.run('arguments[0].scrollIntoView({ block: "center" })', input);
    // The visible control is the label around the input.
    const target = (await this.run('return arguments[0].closest("label") ?? arguments[0].labels?.[0] ?? null', input)) ?? input;
    await target.click();
    if ((await input.isSelected()) !== on) throw new Error(`the switch of ${key} did not move`);
  }

  /** Sets switches in the centre and saves. */
  async save(switches) {
    await this.openCentre();
    for (const [key, on] of Object.entries(switches)) await this.set(key, on);
    await this.click('ck-centre', 'save');
    await this.until(async () => !(await this.part('ck-centre', 'save')), 'the centre closes');
  }

  /** Everything that an element of ConsentKit says, as one string. */
  text(host) {
    return this.run('return [...document.querySelectorAll(arguments[0])].map((host) => [...(host.shadowRoot?.children ?? [])].map((child) => child.innerText).join(" ")).join(" ").replace(/\\s+/g, " ")', host);
  }

  granted(purpose) {
    return this.run('return window.ConsentKit?.isGranted?.(arguments[0]) ?? null', purpose);
  }

  /** What the hook has collected on this page. */
  seen() {
    return this.run('return window.__seen');
  }

  /** The console lines that carry a code. */
  async coded() {
    return (await this.seen()).lines.map(({ text }) => text).filter((text) => CODE.test(text));
  }

  /** localStorage as an object. */
  storage() {
    return this.run('return { ...localStorage }');
  }

  /** Empties every storage of the page, cookies included, and puts these values into localStorage. */
  async plant(values) {
    await this.driver.manage().deleteAllCookies();
    await this.driver.executeAsyncScript(`
      const [values, done] = arguments;
      localStorage.clear();
      for (const [key, value] of Object.entries(values)) localStorage.setItem(key, value);
      indexedDB.databases()
        .then((all) => Promise.all(all.map(({ name }) => new Promise((gone) => {
          const request = indexedDB.deleteDatabase(name);
          request.onsuccess = request.onerror = request.onblocked = gone;
        }))))
        .then(() => done(), () => done());`, values);
  }

  /** The names of the cookies that a script can see. */
  cookies() {
    return this.run('return document.cookie.split("; ").filter(Boolean).map((pair) => pair.split("=")[0])');
  }

  /** Ends this tab without ceremony and goes on in a new one. */
  async killTab() {
    const old = await this.driver.getWindowHandle();
    await this.driver.switchTo().newWindow('tab');
    const fresh = await this.driver.getWindowHandle();
    await this.driver.switchTo().window(old);
    await this.driver.close();
    await this.driver.switchTo().window(fresh);
  }

  /** Presses keys on whatever has the focus. */
  press(...keys) {
    return this.driver.actions().sendKeys(...keys.map((key) => Key[key] ?? key)).perform();
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A page that is being replaced answers nothing; the next try will. */
function stale(error) {
  if (/stale|no such|detached|discarded|context|navigation|not clickable/i.test(`${error.name} ${error.message}`)) return null;
  throw error;
}
