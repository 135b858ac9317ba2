// Changes every byte of every body in a file of receipts and asks the verifier that has no WebAssembly: `node long.mjs FILE`.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { verify } from '../../../js/dist/verify.js';
import { bytes, unseen } from './tamper.mjs';

let key;
const sum = { bodies: 0, changes: 0, unseen: 0 };
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  if (key === undefined) {
    key = JSON.parse(line);
    continue;
  }
  const receipt = JSON.parse(line);
  const verifier = (text) => verify(text, { key, brief: true });
  if (verifier(receipt).verdict === 'fail') throw new Error('a receipt fails that nobody has changed');
  const { tried, missed } = unseen(verifier, bytes(receipt, sum.changes));
  for (const name of missed) console.error(`unseen: ${name} of ${JSON.parse(receipt)['dct:identifier']}`);
  sum.bodies++;
  sum.changes += tried;
  sum.unseen += missed.length;
}
console.log(`${sum.bodies} bodies, ${sum.changes} changes of one byte, ${sum.unseen} unseen`);
process.exitCode = sum.unseen || !sum.changes ? 1 : 0;
