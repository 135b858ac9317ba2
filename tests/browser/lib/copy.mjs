// The copy in IndexedDB, and each of the two storages emptied without the other, as seen from a page of the site.

const NAME = 'ck:haldenmoor.example';

const READ = `
  const [name, done] = arguments;
  indexedDB.databases().then((all) => {
    if (!all.some((it) => it.name === name)) return done(null);
    const opening = indexedDB.open(name);
    opening.onerror = () => done(null);
    opening.onupgradeneeded = () => {
      opening.transaction.abort();
      done('an empty database');
    };
    opening.onsuccess = () => {
      const store = opening.result.transaction('kept').objectStore('kept');
      const [keys, values] = [store.getAllKeys(), store.getAll()];
      store.transaction.oncomplete = () => {
        opening.result.close();
        done(Object.fromEntries(keys.result.map((key, index) => [key, values.result[index]])));
      };
    };
  }, () => done(null));`;

/** What the copy holds, by key, or `null` when there is none. */
export const copyOf = (page) => page.driver.executeAsyncScript(READ, NAME);

/** Removes the copy, and nothing else. */
export const dropCopy = (page) => page.driver.executeAsyncScript(`
  const [name, done] = arguments;
  const request = indexedDB.deleteDatabase(name);
  request.onsuccess = request.onerror = () => done();`, NAME);

/** Empties localStorage, and nothing else. */
export const dropLocal = (page) => page.run('localStorage.clear()');

/** Puts a text into the copy, as another tab would. */
export const putCopy = (page, key, value) => page.driver.executeAsyncScript(`
  const [name, key, value, done] = arguments;
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('kept');
  opening.onsuccess = () => {
    const work = opening.result.transaction('kept', 'readwrite');
    work.objectStore('kept').put(value, key);
    work.oncomplete = () => { opening.result.close(); done(); };
  };`, NAME, key, value);
