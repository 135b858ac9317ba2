// Ways in which a receipt can be tampered with, and which of them a verifier does not see.

/** Every change of one byte in the body, each to another value. */
export function* bytes(receipt, seed = 0) {
  const { 'ck:evidence': evidence } = JSON.parse(receipt);
  const body = Buffer.from(evidence.record, 'base64url');
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body);
    changed[at] ^= ((seed + at * 7 + 3) % 255) + 1;
    yield [`byte ${at} of the body`, receipt.replace(evidence.record, changed.toString('base64url'))];
  }
}

/** The body cut short, made longer, or with two bytes that changed places. */
export function* bodies(receipt, other) {
  const { record } = JSON.parse(receipt)['ck:evidence'];
  const body = Buffer.from(record, 'base64url');
  const put = (bytes) => receipt.replace(record, bytes.toString('base64url'));
  for (let length = 0; length < body.length; length += 7) yield [`the first ${length} bytes of the body`, put(body.subarray(0, length))];
  yield ['a byte more', put(Buffer.concat([body, Buffer.from([0])]))];
  for (let at = 0; at + 1 < body.length; at += 5) {
    if (body[at] === body[at + 1]) continue;
    const changed = Buffer.from(body);
    [changed[at], changed[at + 1]] = [body[at + 1], body[at]];
    yield [`bytes ${at} and ${at + 1} of the body exchanged`, put(changed)];
  }
  yield ["another record's body", receipt.replace(record, JSON.parse(other)['ck:evidence'].record)];
}

/** What the receipt says, changed text by text, left out member by member, and with lists turned round. */
export function* statements(receipt) {
  for (const path of paths(JSON.parse(receipt), [])) {
    if (path[0] === 'ck:evidence') continue;
    const value = path.reduce((at, name) => at[name], JSON.parse(receipt));
    const name = path.join(' › ');
    if (typeof value === 'string') yield [`${name} changed`, edited(receipt, path, (it) => `${it}x`)];
    if (Array.isArray(value) && value.length > 1) yield [`${name} turned round`, edited(receipt, path, (it) => it.reverse())];
    yield [`${name} left out`, edited(receipt, path, () => undefined)];
  }
  const said = JSON.parse(receipt);
  yield ['a member more', JSON.stringify({ ...said, 'dct:title': 'x' })];
  yield ['a name twice', receipt.replace('"dct:identifier"', '"dct:identifier": "x", "dct:identifier"')];
}

/** The proof, line by line and number by number. */
export function* proofs(receipt, other) {
  const { proof, key } = JSON.parse(receipt)['ck:evidence'];
  if (!proof) return;
  const put = (text) => edited(receipt, ['ck:evidence', 'proof'], () => text);
  const lines = proof.split('\n');
  for (const [at, line] of lines.entries()) {
    yield [`line ${at} of the proof left out`, put(lines.toSpliced(at, 1).join('\n'))];
    yield [`line ${at} of the proof twice`, put(lines.toSpliced(at, 0, line).join('\n'))];
    if (at > 0 && lines[at - 1] !== line) yield [`lines ${at - 1} and ${at} of the proof exchanged`, put(lines.toSpliced(at - 1, 2, line, lines[at - 1]).join('\n'))];
  }
  for (let at = 0; at < proof.length; at++) {
    const code = proof.charCodeAt(at) ^ 1;
    yield [`character ${at} of the proof`, put(proof.slice(0, at) + String.fromCharCode(code) + proof.slice(at + 1))];
  }
  const foreign = JSON.parse(other)['ck:evidence'].proof;
  if (foreign && foreign !== proof) yield ["another record's proof", put(foreign)];
  for (let at = 0; at < key.length; at++) {
    yield [`character ${at} of the key`, edited(receipt, ['ck:evidence', 'key'], () => key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) ^ 1) + key.slice(at + 1))];
  }
  yield ['no key', edited(receipt, ['ck:evidence', 'key'], () => undefined)];
}

/** Policy and notice: every character. */
export function* enclosures(receipt) {
  const { policy, notice, policyProof } = JSON.parse(receipt)['ck:evidence'];
  if (policy) {
    const bytes = Buffer.from(policy, 'base64url');
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1;
      yield [`byte ${at} of the policy`, edited(receipt, ['ck:evidence', 'policy'], () => changed.toString('base64url'))];
    }
  }
  for (const key of Object.keys(notice?.texts ?? {})) {
    yield [`text ${key} of the notice`, edited(receipt, ['ck:evidence', 'notice', 'texts', key], (text) => `${text} `)];
    yield [`text ${key} of the notice left out`, edited(receipt, ['ck:evidence', 'notice', 'texts', key], () => undefined)];
  }
  if (policyProof) yield ["a proof of the policy that is the record's", edited(receipt, ['ck:evidence', 'policyProof'], () => JSON.parse(receipt)['ck:evidence'].proof)];
}

/** How many there were, and the names of those that are not found. */
export function unseen(verifier, cases) {
  const missed = [];
  let tried = 0;
  for (const [name, text] of cases) {
    tried++;
    if (verifier(text).verdict !== 'fail') missed.push(name);
  }
  return { tried, missed };
}

function edited(receipt, path, change) {
  const value = JSON.parse(receipt);
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce((at, name) => at[name], value);
  const changed = change(parent[last]);
  if (changed !== undefined) parent[last] = changed;
  else if (Array.isArray(parent)) parent.splice(last, 1);
  else delete parent[last];
  return JSON.stringify(value);
}

function* paths(value, path) {
  if (path.length) yield path;
  if (typeof value === 'object') for (const name of Object.keys(value)) yield* paths(value[name], [...path, name]);
}
