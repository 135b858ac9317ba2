/** Takes records to a backend and says what became of each. */
import type { Intent, Outcome, StoredRecord, SyncResult } from '../types.gen.js';
import { readJson } from './answer.js';
import { post } from './post.js';

export interface Batch {
  site: string;
  records: StoredRecord[];
  /** Only where no engine could make records of them: the backend does, with the same core. */
  intents: Intent[];
  /** The newest records that are known here. A backend that lacks one names it in `wants`. */
  heads: string[];
  /** Proves which account is signed in: the backend may answer with records of it that are missing here. */
  token?: string | undefined;
}

/** Any function: return what became of each record by its id. What it does not list is sent again later. */
export type Transport = (batch: Batch) => Promise<SyncResult[] | Partial<Outcome>>;

/** Longer than any server that is still working on it. */
const PATIENCE = 30_000;

/** No answer at all. */
const SILENCE = (): Outcome => outcome({});

/** Where a backend does what `name` says. */
export const address = (endpoint: string, name: string): string => `${endpoint.replace(/\/$/, '')}/v1/${name}`;

/** `POST <endpoint>/v1/sync`. */
export const httpTransport = (endpoint: string): Transport => async ({ token, ...batch }) => {
  const ask = (token?: string) => post(address(endpoint, 'sync'), JSON.stringify(batch), AbortSignal.timeout(PATIENCE), token);
  let response = await ask(token);
  // A token whose time is over must not keep answers back.
  if (token && response?.status === 401) response = await ask();
  if (!response) return SILENCE();
  const pause = response.headers.get('retry-after') ?? '';
  const wait = /^\d+$/.test(pause) ? Number(pause) * 1000 : Date.parse(pause) - Date.now();
  return outcome({ ...Object(await readJson(response)), status: response.status, retryAfter: wait });
};

/** Prints instead of sending and acknowledges, to look at what a backend would get. */
export const consoleTransport: Transport = async (batch) => {
  console.info('[ConsentKit] sync', batch);
  return batch.records.map(({ id }) => ({ id, status: 'stored' }));
};

/** Runs a transport and never throws. */
export async function send(transport: Transport, batch: Batch): Promise<Outcome> {
  try {
    const said = await transport(batch);
    return outcome(Array.isArray(said) ? { status: 200, results: said } : Object(said));
  } catch {
    return SILENCE();
  }
}

/** What counts of an answer. A captive portal says 200 with a page of its own: only our own form acknowledges anything. */
function outcome({ status, results, wants, records, retryAfter }: Partial<Outcome>): Outcome {
  return {
    status: whole(status, 999),
    results: list(results).filter(({ id, status }) => isText(id) && isText(status)),
    wants: list(wants).filter(isText),
    records: list(records).filter(({ id, bytes }) => isText(id) && isText(bytes)).map(({ id, bytes }) => ({ id, bytes, acked: true })),
    retryAfter: whole(retryAfter, 864e5),
  };
}

const isText = (it: unknown): it is string => typeof it === 'string';
const list = <T>(found: T[] | undefined): T[] => (Array.isArray(found) ? found.filter((it) => it != null) : []);
const whole = (found: number | undefined, most: number): number => (found! > 0 ? Math.ceil(Math.min(found!, most)) : 0);
