/**
 * Whose answers these are: joins this device with an account, and parts them again.
 *
 * What counts for whom is the engine's matter (rules M14 to M16). Here are the acts that go on record, the token by which a
 * backend knows the person, and what it has sent for the account: records under keys of their own, `a:<id>`, which can be
 * asked for again at any time.
 */
import type { Kernel } from '../boot/kernel.js';
import type { Event } from '../types.gen.js';
import type { Client } from './client.js';
import { newSubject } from './intent.js';
import { keys, remove } from './store.js';
import { openOutside, readStored } from './stored.js';

export interface Account {
  /** What proves to the backend who is signed in; for as long as the page lives. */
  token: string | undefined;
  /** Ids of records that the backend has sent for the account. */
  readonly received: Set<string>;
  identify(account: string, token?: string): void;
  forget(): void;
}

export function openAccount(kernel: Kernel, client: () => Client, dispatch: (event: Event) => void): Account {
  const record = (kind: string, control: string) => client().record({ kind, control, answers: '', stamp: client().view.stamp + '.' });
  const account: Account = {
    token: undefined,
    received: new Set(),
    identify(name, token) {
      account.token = token;
      client().setContext({ account: name });
      if (client().view.link) record('link', 'api.identify');
      if (token) dispatch({ wake: { pull: true } });
    },
    forget() {
      if (kernel.context.account) record('unlink', 'api.forget');
      account.token = undefined;
      keys(kernel, 'a:').forEach((id) => remove(kernel, 'a:' + id));
      newSubject(kernel);
      openOutside(kernel.data.site).write('', 0);
      // First somebody else, then nobody: in between nothing of the account may count for the device.
      dispatch({ stored: { stored: readStored(kernel, () => {}) } });
      client().setContext({ account: '' });
    },
  };
  return account;
}
