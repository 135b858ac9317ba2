/** Takes records to a backend and says what became of each. */
import type { Intent, Outcome, StoredRecord, SyncResult } from '../types.gen.js';

export interface Batch {
  site: string;
  records: StoredRecord[];
  /** Only where no engine could make records of them: the backend does, with the same core. */
  intents: Intent[];
  /** The newest records that are known here. A backend that lacks one names it in `wants`. */
  heads: string[];
}

/** Any function: return what became of each record by its id. What it does not list is sent again later. */
export type Transport = (batch: Batch) => Promise<SyncResult[] | Outcome>;

/** Longer than any server that is still working on it. */
const PATIENCE = 30_000;

/** Where a backend does what `name` says. */
export const address = (endpoint: string, name: string): string => `${endpoint.replace(/\/$/, '')}/v1/${name}`;

/** `POST <endpoint>/v1/sync`. As text/plain the browser needs no preflight; keepalive lets the page go. */
export const httpTransport = (endpoint: string): Transport => async (batch) => {
  const response = await fetch(address(endpoint, 'sync'), {
    method: 'POST',
    body: JSON.stringify(batch),
    headers: { 'content-type': 'text/plain' },
    keepalive: true,
    credentials: 'omit',
    signal: AbortSignal.timeout(PATIENCE),
  });
  // A captive portal answers 200 with a page of its own: only our own form acknowledges anything.
  const body: { results?: unknown; wants?: unknown } | null = await response.json().catch(() => null);
  const seconds = Number(response.headers.get('retry-after'));
  return {
    status: response.status,
    results: Array.isArray(body?.results) ? body.results.filter(isResult) : [],
    wants: Array.isArray(body?.wants) ? body.wants.filter((id) => typeof id === 'string') : [],
    retryAfter: seconds > 0 ? Math.min(seconds, 86_400) * 1000 : 0,
  };
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
    return Array.isArray(said) ? { status: 200, results: said, wants: [], retryAfter: 0 } : said;
  } catch {
    return { status: 0, results: [], wants: [], retryAfter: 0 };
  }
}

const isResult = (it: unknown): it is SyncResult =>
  typeof it === 'object' && it !== null && typeof (it as SyncResult).id === 'string' && typeof (it as SyncResult).status === 'string';
