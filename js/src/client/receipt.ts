/** The receipt of the newest answer on this device, from a backend that gives out receipts. */
import type { Kernel } from '../boot/kernel.js';
import { readSnapshot } from '../boot/snapshot.js';
import { decode, encode } from './base64.js';
import { logOnce } from './log.js';
import { address } from './transport.js';

/** Nothing while the backend holds no answer of this device. */
export function receiptFrom(kernel: Kernel, endpoint: string): Promise<Blob> | undefined {
  const { _box: box } = kernel;
  const record = readSnapshot(box)?.heads.find((id) => box._read('r:' + id));
  if (!record) return;
  const failed = (error: unknown) => {
    logOnce(kernel, 'RECEIPT_UNAVAILABLE', `the backend gives out no receipt now (${String(error)}); try again later`);
    throw error;
  };
  return download(endpoint, record, box._read('u') ?? '', saltOf(decode(box._read('r:' + record)!))).catch(failed);
}

/** Whoever knows the salt of a record may read it: the backend gives a token for it. */
async function download(endpoint: string, record: string, subject: string, salt: string): Promise<Blob> {
  const body = JSON.stringify({ subject, record, salt });
  const proved = await good(fetch(address(endpoint, 'token'), { method: 'POST', body, headers: { 'content-type': 'text/plain' }, credentials: 'omit' }));
  const { token } = (await proved.json()) as { token: string };
  const receipt = await good(fetch(address(endpoint, 'receipts/' + record), { headers: { authorization: 'Bearer ' + token }, credentials: 'omit' }));
  return receipt.blob();
}

async function good(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response;
}

/** A record begins with the head of its array, its format, its kind as a text of less than 24 bytes, and 32 bytes of salt. */
function saltOf(bytes: Uint8Array): string {
  const start = 3 + (bytes[2]! & 31) + 2;
  return encode(bytes.slice(start, start + 32));
}
