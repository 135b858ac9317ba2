// Storage that is forbidden, broken or full, as code that runs in the page before anything else.

const DENIED = "new DOMException('forbidden by the test', 'SecurityError')";
const FULL = "new DOMException('full by the test', 'QuotaExceededError')";

/** The very mention of localStorage throws, as with blocked cookies. */
export const noLocalStorage = `Object.defineProperty(window, 'localStorage', { configurable: true, get() { throw ${DENIED}; } });`;

/** localStorage is null, as in the web views of some apps. */
export const nullLocalStorage = "Object.defineProperty(window, 'localStorage', { configurable: true, value: null });";

/** The very mention of indexedDB throws. */
export const noIndexedDb = `Object.defineProperty(window, 'indexedDB', { configurable: true, get() { throw ${DENIED}; } });`;

/**
 * One way to use localStorage throws, and all others work. `way` is `setItem`, `removeItem`, `getItem`, `key`, `read` (a
 * property), `list` (its keys) or `length`.
 */
export const throwing = (way) => `(() => {
  const real = window.localStorage;
  const way = ${JSON.stringify(way)};
  const fail = () => { throw new DOMException('broken by the test', 'InvalidStateError'); };
  const methods = ['setItem', 'removeItem', 'getItem', 'key'];
  Object.defineProperty(window, 'localStorage', { configurable: true, value: new Proxy(real, {
    get(_, name) {
      if (name === way || (way === 'read' && String(name).startsWith('ck:'))) return methods.includes(name) ? fail : fail();
      const found = real[name];
      return typeof found === 'function' ? found.bind(real) : found;
    },
    ownKeys: () => (way === 'list' ? fail() : Reflect.ownKeys(real)),
    getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(real, name),
  }) });
})();`;

/** Every way that \`throwing\` knows. */
export const WAYS = ['setItem', 'removeItem', 'getItem', 'key', 'read', 'list', 'length'];

/** localStorage takes so many writes and is full from then on. */
export const fullAfter = (writes) => `(() => {
  let left = ${writes};
  const real = Storage.prototype.setItem;
  Storage.prototype.setItem = function setItem(...args) {
    if ((left -= 1) < 0) throw ${FULL};
    return real.apply(this, args);
  };
})();`;

/** IndexedDB that fails in one of its many ways. */
export const INDEXED_DB = {
  'is not there': "Object.defineProperty(window, 'indexedDB', { configurable: true, value: undefined });",
  'throws at its mention': noIndexedDb,
  'throws when it is opened': `IDBFactory.prototype.open = () => { throw ${DENIED}; };`,
  'cannot be opened': `{
    const open = IDBFactory.prototype.open;
    // A version that does not exist any more: the request fails, as it does on a broken disk.
    IDBFactory.prototype.open = function () { return open.call(this, 'ck-test-newer', 1); };
    const made = open.call(indexedDB, 'ck-test-newer', 2);
    made.onsuccess = () => made.result.close();
  }`,
  'never answers': "IDBFactory.prototype.open = () => new EventTarget();",
  'has no room': `IDBObjectStore.prototype.put = function () { this.transaction.abort(); throw ${FULL}; };`,
  'ends every transaction': `{
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
      const begun = begin.apply(this, args);
      queueMicrotask(() => begun.abort());
      return begun;
    };
  }`,
  'begins no transaction': `IDBDatabase.prototype.transaction = () => { throw new DOMException('broken by the test', 'InvalidStateError'); };`,
};
