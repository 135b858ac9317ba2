/**
 * A plain webhook: each answer as one POST of JSON to an address of yours.
 *
 *     await connectWebhook(consent, 'https://shop.example/hooks/consent');
 *
 * It is sent once, and may outlive the page. It is not repeated and not signed: anybody can send the like from a
 * browser. What must arrive is ConsentKit's record, which its own backend acknowledges; retries towards further
 * systems are the backend's matter.
 */
import { log } from '../client/log.js';
import { TransportError } from './error.js';
import { observe, type ConsentSourceSoon, type ConsentState } from './source.js';

/** Holds no id of a person. */
export interface WebhookBody {
  /** The form of this body. */
  format: 1;
  /** The policy's site. */
  site: string;
  event: ConsentState['event'];
  /** When the page learned of it, ISO 8601 in UTC. */
  time: string;
  /** What was used to answer. */
  control: string;
  /** Every item of the policy is in one of the two. */
  granted: string[];
  denied: string[];
  /** The items whose decision changed. */
  changed: string[];
}

export function webhookBody({ site, items, event, at, control, changed }: ConsentState): WebhookBody {
  const all = Object.keys(items);
  return {
    format: 1,
    site,
    event,
    time: new Date(at).toISOString(),
    control,
    granted: all.filter((item) => items[item]),
    denied: all.filter((item) => !items[item]),
    changed: [...changed],
  };
}

/** Rejects when the address is none. On another origin the server must allow the header `content-type`. */
export async function connectWebhook(source: ConsentSourceSoon, address: string): Promise<void> {
  if (!URL.canParse(address, globalThis.location?.href)) throw new TransportError('VALUE_MISSING', `"${address}" is no address; give the URL that takes the POST`);
  await observe(source, undefined, (state) => {
    if (state.event !== 'consent') void post(address, webhookBody(state));
  }).ready;
}

async function post(address: string, body: WebhookBody): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
    credentials: 'omit',
  }).catch(() => undefined);
  if (!response?.ok) log('WEBHOOK_FAILED', `the webhook answered ${response?.status ?? 'nothing'}; it is not sent again`);
}
