// A page's engine as a pure one: the step says what its clock, its randomness and its timers do.

/** The engine of a `Driver`. Its waits come last, as the effects that they were before the driver took them over. */
export const driven = (Driver) => class {
  #effects = [];
  #driver;

  constructor(plan) {
    this.#driver = new Driver(plan, (effects) => this.#effects.push(...effects));
  }

  handle(event, now, entropy) {
    this.#effects = [];
    const waits = [];
    const restore = [
      set(Date, 'now', () => now),
      set(crypto, 'getRandomValues', (bytes) => (bytes.set(entropy), bytes)),
      set(globalThis, 'setTimeout', (_, after) => waits.push({ wake: { after } })),
      set(globalThis, 'clearTimeout', () => {}),
    ];
    try {
      this.#driver.dispatch(event);
    } finally {
      for (const undo of restore) undo();
    }
    return [...this.#effects, ...waits];
  }
};

/** Gives a member another value and returns what gives it back its own. */
function set(target, name, value) {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => (own ? Object.defineProperty(target, name, own) : delete target[name]);
}
