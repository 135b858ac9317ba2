// `consentkit explain`, `lint`, `diff` and `simulate`, run as an owner runs them.
//
// What is expected comes from the laws that are named beside it, not from what the tools printed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, csv, markdown } from './owner-data.mjs';
import { changed, owner, refused, shop } from './owner-cli.mjs';
import { repository } from './runner.mjs';

const AT = ['--at', '2026-11-23T12:00:00Z'];

/** A policy of one purpose: statistics of one's own, as France exempts them (CNIL 2020-091). */
const statistics = (facts = { ownUse: true, aggregated: true, solePurpose: true }) => ({
  site: 'shop.example', version: 1, withdrawalUrl: '/privacy', controllers: [{ id: 'shop', name: 'Shop' }], dataCategories: [{ id: 'visits' }],
  purposes: [{ id: 'stats', kinds: ['stats_fp'], facts, data: [{ category: 'visits', retention: 'P25M' }] }],
  services: [{ id: 'own', name: 'Own counter', needs: ['stats'], trackers: [{ name: '_s', lifetime: 'P13M' }] }],
  texts: { en: { 'stats.name': 'Counting', 'stats.text': 'Counts visits.' } },
});

/** What a command answers to programs. */
function data({ code, stdout, stderr }, expected = 0) {
  assert.deepEqual([code, stderr], [expected, '']);
  return JSON.parse(stdout);
}

/** What `explain` says of one item: as data, and its paragraph. */
function explained(it, key, ...args) {
  const all = data(it.run('explain', 'policy.json', ...args, '--json'));
  const item = all.items.find((item) => item.key === key) ?? assert.fail(key);
  const { code, stdout } = it.run('explain', 'policy.json', ...args);
  assert.deepEqual([code, stdout.trimEnd()], [0, all.text.trimEnd()], 'the words are part of the data');
  assert.ok(stdout.includes(item.text));
  return { ...item, all };
}

// ---- explain ----

test('explain names the law, the row, what decided, and why it is asked', (t) => {
  const { all, ...item } = explained(owner(t), 'analytics', '--region', 'FR', ...AT);
  assert.deepEqual([item.granted, item.default, item.asked, item.record], [false, 'optIn', 'FIRST_VISIT', null]);
  const [{ law, steps: [{ cell }], decides }] = item.findings;
  // Two statistics kinds exist; without facts of its own, `analytics` is the stricter one, which France exempts nowhere.
  assert.deepEqual([law, decides, cell.kind, cell.origin, cell.column, cell.cell], ['FR', true, 'stats_other', 'id', 'FR', 'D']);
  assert.match(item.text, /analytics is off: nobody has said yes.*\(DEFAULT_OFF\)/);
  assert.match(item.text, /under FR \(LIL art\. 82; CNIL [^)]*2020-092[^)]*\).*kind stats_other .*"D" in column FR/);
  assert.match(item.text, /asked now: .*\(FIRST_VISIT\)/);
  assert.match(all.text, /^FR, 2026-11-23 12:00 UTC\n/);
  assert.match(all.text, /counts for 6 months \(the regulator's figure\); after a no nobody is asked for 6 months/, 'CNIL 2020-091: both six months');
  assert.deepEqual([all.prompt.kind, all.prompt.items.map(({ item }) => item)], ['required', ['functionality', 'analytics', 'marketing']]);
  assert.match(item.text, /under 15, by FR: off until a guardian says yes/, 'GDPR art. 8, France: 15');
});

test('explain names the facts on which an exemption rests (CNIL 2020-091; TDDDG s. 25 has none)', (t) => {
  const it = owner(t, statistics());
  const france = explained(it, 'stats', '--region', 'FR', ...AT);
  assert.deepEqual([france.granted, france.default, france.asked, france.all.prompt.kind], [true, 'optOut', null, 'none']);
  assert.match(france.text, /only the operator uses the result, only totals are kept, trackers live at most 13 months and data is kept at most 25 months/);
  const germany = explained(it, 'stats', '--region', 'DE', ...AT);
  assert.deepEqual([germany.granted, germany.all.prompt.kind], [false, 'required']);

  it.write(statistics({ aggregated: true, solePurpose: true }));
  const near = explained(it, 'stats', '--region', 'FR', ...AT);
  assert.deepEqual([near.granted, near.near.find(({ target }) => target.fact)?.target.fact.word], [false, 'own_use']);
  assert.match(near.text, /the policy does not show that only the operator uses the result\./);
  assert.match(near.text, /if the policy could state that only the operator uses the result: on until the person opts out/);
});

test('explain applies the law of a residence too, and says whose is the strictest', (t) => {
  const it = owner(t, statistics());
  const { all, ...item } = explained(it, 'stats', '--region', 'FR', '--residence', 'DE', ...AT);
  assert.deepEqual(all.laws.map(({ id }) => id), ['FR', 'DE']);
  assert.deepEqual(item.findings.map(({ law, state, decides }) => [law, state, decides]), [['FR', 'optOut', false], ['DE', 'optIn', true]]);
  assert.equal(item.granted, false);
  assert.match(item.text, /The strictest holds, that of DE\./);
  // Germany: 16, France: 15. One band, however many laws cut it.
  assert.match(item.text, /for somebody known to be under 16, by DE: off until a guardian says yes/);
  it.write(shop());
  assert.doesNotMatch(explained(it, 'marketing', '--region', 'FR', '--residence', 'DE', ...AT).text, /strictest/, 'both say the same');
});

test('explain tells what a signal does: 11 CCR 7025 gives it effect, France has no such statute, Virginia neither', (t) => {
  const it = owner(t);
  const use = (region) => explained(it, 'marketing', '--region', region, '--signals', 'gpc', ...AT);
  const california = use('US-CA');
  assert.deepEqual([california.granted, california.signals], [false, [{ signal: 'gpc', honoured: true, law: 'US-CA', statutory: true, decides: true }]]);
  assert.match(california.text, /\(SIGNAL\).*Global Privacy Control is present and counts as a no to targeted ads and sale under US-CA/);
  assert.equal(explained(it, 'analytics', '--region', 'US-CA', '--signals', 'gpc', ...AT).granted, true, 'it is no answer to statistics');
  assert.equal(explained(it, 'marketing', '--region', 'US-CA', ...AT).granted, true, 'CCPA 1798.120: on until an opt-out');
  assert.match(use('FR').text, /no statute of this place gives it effect, but the operator follows it everywhere/);
  it.write(changed(shop(), (policy) => (policy.settings = { gpc: 'statutory_only' })));
  const virginia = use('US-VA');
  assert.deepEqual([virginia.granted, virginia.signals[0].honoured], [true, false]);
  assert.match(virginia.text, /the operator follows statutes only/);
});

test('explain counts with an age: 13 to 15 in California and France, 17 in Connecticut', (t) => {
  const it = owner(t);
  const california = explained(it, 'marketing', '--region', 'US-CA', '--age', '13-15', ...AT);
  assert.deepEqual([california.granted, california.default], [false, 'optIn'], 'CCPA 1798.120(c): an opt-in of their own');
  assert.match(california.text, /US-CA-TEEN \(CCPA 1798\.120\(c\).*under 16/);
  const france = explained(it, 'analytics', '--region', 'FR', '--age', '13-15', ...AT);
  assert.deepEqual([france.granted, france.control], [false, 'guardian'], 'at least 13 is under 15');
  assert.equal(explained(it, 'analytics', '--region', 'FR', '--age', '15-17', ...AT).control, 'switch');
  const connecticut = (at) => explained(it, 'marketing', '--region', 'US-CT', '--age', '17-17', '--at', at);
  const before = connecticut('2026-06-30T16:00:00Z');
  assert.deepEqual([before.default, before.next.at, before.next.default], ['optIn', Date.UTC(2026, 6, 1, 4), 'prohibited'], 'SB 1295, local midnight');
  assert.match(before.text, /By itself it changes on 2026-07-01 04:00 UTC: .*\(PROHIBITED\).*SB 1295/);
  assert.equal(connecticut('2026-07-01T16:00:00Z').default, 'prohibited');
});

test('explain looks at any moment: the DUAA exempts statistics from 5 February 2026, Chile changes on 1 December', (t) => {
  const it = owner(t, statistics());
  const britain = (at) => explained(it, 'stats', '--region', 'GB', '--at', at);
  assert.equal(britain('2026-02-04T23:59:59Z').granted, false);
  assert.deepEqual([britain('2026-02-05T00:00:00Z').granted, britain('2026-02-05T00:00:00+00:00').all.prompt.kind], [true, 'none']);
  const chile = explained(it, 'stats', '--region', 'CL', ...AT);
  // Law 21.719, midnight in Santiago.
  assert.deepEqual([chile.granted, chile.next.at, chile.next.granted, chile.next.default], [true, Date.UTC(2026, 11, 1, 3), false, 'optIn']);
  assert.match(chile.text, /By itself it changes on 2026-12-01 03:00 UTC: it is off then/);
});

test('explain reads the records of a person: six months in Ireland, twenty-four in Spain (DPC 2020; AEPD 2023)', (t) => {
  const it = owner(t);
  const yes = Date.UTC(2026, 0, 15, 9);
  const [record, ...rest] = answered(shop(), { region: 'IE', now: yes, control: 'banner.accept' });
  assert.deepEqual(rest, []);
  it.write([record], 'records.json');
  const seen = (region, at) => explained(it, 'analytics', '--region', region, '--at', at, '--records', 'records.json');
  const ireland = seen('IE', '2026-07-15T08:59:59Z');
  assert.deepEqual([ireland.granted, ireland.reasons[0].code, ireland.record.id, ireland.record.at], [true, 'GIVEN', record.id, yes]);
  assert.deepEqual([ireland.record.decides, ireland.record.expires, ireland.next.at], [true, Date.UTC(2026, 6, 15, 9), Date.UTC(2026, 6, 15, 9)]);
  assert.ok(ireland.text.includes(`Record ${record.id}: the person said yes on 2026-01-15 09:00 UTC in IE (control banner.accept, policy version 1).`));
  assert.match(ireland.text, /It counts until 2026-07-15 09:00 UTC/);
  assert.match(ireland.text, /One step away: .*the yes stops counting on 2026-07-15 09:00 UTC/);
  const over = seen('IE', '2026-07-15T09:00:00Z');
  assert.deepEqual([over.granted, over.reasons[0].code, over.asked], [false, 'EXPIRED', 'EXPIRED']);
  const spain = seen('ES', '2026-07-15T09:00:00Z');
  assert.deepEqual([spain.granted, spain.record.expires], [true, Date.UTC(2028, 0, 15, 9)]);
});

test('explain says how long a no keeps people in peace (CNIL: six months), in every form of the file', (t) => {
  const it = owner(t);
  const records = answered(shop(), { region: 'FR', now: Date.UTC(2026, 0, 31, 12), control: 'banner.refuse' });
  for (const content of [records, { subject: 's', records: records.map((record) => ({ ...record, kind: 'choice' })) }]) {
    it.write(content, 'records.json');
    const seen = (at) => explained(it, 'analytics', '--region', 'FR', '--at', at, '--records', 'records.json');
    const early = seen('2026-07-30T12:00:00Z');
    assert.deepEqual([early.granted, early.asked, early.all.prompt.kind, early.next.at], [false, null, 'none', Date.UTC(2026, 6, 31, 12)]);
    assert.match(early.text, /the person said no on 2026-01-31 12:00 UTC.*Nobody is asked again before 2026-07-31 12:00 UTC \(COOL_DOWN/);
    assert.match(early.text, /If nobody answers, it is asked on 2026-07-31 12:00 UTC/);
    const late = seen('2026-07-31T12:00:00Z');
    assert.deepEqual([late.granted, late.asked, late.all.prompt.kind], [false, 'EXPIRED', 'required']);
  }
});

test('explain tells accounts apart: a yes in spite of a signal counts for the account that said it (11 CCR 7025(c)(3))', (t) => {
  const it = owner(t);
  const context = { region: 'US-CA', signals: ['gpc'], account: 'a1' };
  it.write(answered(shop(), { ...context, now: Date.UTC(2026, 10, 22, 12), control: 'conflict.accept', answers: '---g' }), 'records.json');
  const seen = (...account) => explained(it, 'marketing', '--region', 'US-CA', '--signals', 'gpc', '--records', 'records.json', ...AT, ...account);
  const [mine, another, nobody] = [seen('--account', 'a1'), seen('--account', 'a2'), seen()];
  assert.deepEqual([mine, another, nobody].map(({ granted, reasons }) => [granted, reasons[0].code]), [[true, 'GIVEN'], [false, 'SIGNAL'], [false, 'SIGNAL']]);
  assert.match(mine.text, /the person has said yes in spite of it, for this account/);
  assert.match(another.text, /marketing is off: a signal says no \(SIGNAL\)/);
  assert.doesNotMatch(another.text, /has said yes/, "another account's yes is none of theirs");
});

test('a place that nobody names is an unknown one, and strict', (t) => {
  const { all, granted } = explained(owner(t), 'analytics', ...AT);
  assert.deepEqual([all.laws.map(({ id }) => id), granted, all.prompt.items[0].reason], [['ZZ'], false, 'GEO_UNKNOWN']);
  assert.match(all.text, /^Unknown place, /);
});

// ---- lint ----

/** Dark patterns and legal holes: the rule, where it stands, how much it matters, and how it is made. */
const HOLES = {
  refuse_on_layer_1: ['error', /CNIL 2020-092.*task force 2023.*7004/, ({ texts: { en } }) => Object.assign(en, { 'ui.accept': 'Agree', 'ui.refuse': 'Settings', 'ui.choose': 'Settings' })],
  equal_labels: ['warning', /03\/2022.*7004\(a\)\(2\) symmetry/, ({ texts: { en } }) => Object.assign(en, { 'ui.accept': 'Yes, I would love to see it all', 'ui.refuse': 'No' })],
  no_pre_selection: ['error', /C-673\/17 \(Planet49\)/, ({ services }) => services.push({ id: 'always', name: 'Always', needs: ['necessary'], trackers: services[1].trackers.slice(0, 1) })],
  closing_is_no_consent: ['error', /Garante 10-06-2021.*recital 32/, ({ texts: { en } }) => Object.assign(en, { 'ui.accept': 'Agree', 'ui.refuse': 'Refuse', 'ui.close': 'Agree' })],
  every_language: ['warning', /GDPR art\. 12\(1\)/, ({ texts: { de } }) => delete de['service.adlumen.text']],
  withdrawal_reachable: ['error', /GDPR art\. 7\(3\)/, (policy) => (policy.withdrawalUrl = 'write to us')],
  consent_is_the_ground: ['error', /C-252\/21 \(Meta\)/, ({ purposes }) => (purposes[3].legalBasis = 'legitimate_interest')],
};

for (const [rule, [severity, citation, change]] of Object.entries(HOLES)) {
  test(`lint finds ${rule}, says what to do, and cites`, (t) => {
    const it = owner(t, changed(shop(), change));
    const code = severity === 'error' ? 1 : 0;
    const found = data(it.run('lint', 'policy.json', '--json'), code);
    const [one, ...more] = found.filter((it) => it.rule === rule);
    assert.deepEqual([one.severity, more, found.filter((it) => it.severity === 'error').length], [severity, [], code]);
    assert.match(one.citation, citation);
    const { stdout, stderr, code: same } = it.run('lint', 'policy.json');
    assert.deepEqual([same, stderr], [code, '']);
    assert.ok(stdout.includes(`${severity} ${rule}\n  ${one.path}: ${one.finding}\n  ${one.remedy}\n  ${one.citation}\n`), stdout);
    assert.match(stdout, severity === 'error' ? /policy\.json: 1 error, \d+ other findings?\n$/ : /policy\.json: 0 errors, 1 other finding\n$/);
  });
}

test('the example shop has no findings, the policy of the read-me no errors', (t) => {
  const it = owner(t);
  assert.deepEqual(data(it.run('lint', 'policy.json', '--json')), []);
  assert.deepEqual([it.run('lint', 'policy.json').code, it.run('lint', 'policy.json').stdout], [0, 'policy.json: 0 errors, 0 other findings\n']);
  it.write(/```json\n([\s\S]*?)```/.exec(readFileSync(join(repository, 'README.md'), 'utf8'))[1]);
  const found = data(it.run('lint', 'policy.json', '--json'));
  assert.deepEqual(found.filter(({ severity }) => severity === 'error'), []);
});

// ---- diff ----

/** Runs `diff` on the shop and a changed shop. */
function compared(t, change, ...args) {
  const it = owner(t);
  it.write(changed(shop(), change), 'new.json');
  return it.run('diff', 'policy.json', 'new.json', ...AT, ...args);
}

test('a diff without a material change asks nobody, names every value, and ends well', (t) => {
  const reworded = (policy) => {
    policy.texts.en['analytics.name'] = 'Counting visits';
    policy.purposes[2].data[0].retention = 'P6M';
    policy.purposes[3].recipients = [];
  };
  const { code, stdout, stderr } = compared(t, reworded);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /no change is material: nobody is asked again/);
  assert.match(stdout, /analytics: data visits: "P13M" became "P6M", which is not material/);
  assert.match(stdout, /marketing: recipient adlumen is gone, which is not material/);
  assert.match(stdout, /texts\.en\["analytics\.name"\]: "Visit counts" became "Counting visits"/);
  const { material, people, items } = data(compared(t, reworded, '--json'));
  assert.deepEqual([material, people, items.map(({ item }) => item)], [false, [], ['analytics', 'marketing']]);
});

test('a new recipient is material: asked where a yes names the controllers (CNIL 2020-092), not under the CCPA', (t) => {
  const share = (policy) => Object.assign(policy, { version: 2 }).purposes[2].recipients.push('adlumen');
  const { code, stdout, stderr } = compared(t, share);
  assert.deepEqual([code, stderr], [3, '']);
  assert.match(stdout, /^Version 1 to version 2: there are material changes\.\n\nMaterial changes:\n {2}analytics: recipient adlumen is new\n/);
  const asked = stdout.split('\n').find((line) => line.includes('are asked about analytics (NEW_RECIPIENT'));
  for (const law of ['FR', 'DE', 'IT', 'GB', 'CA-QC', 'BR', 'KR']) assert.match(asked, new RegExp(`\\b${law}\\b`), law);
  assert.doesNotMatch(asked, /US-CA/);
  const { material, items, people } = data(compared(t, share, '--json'), 3);
  assert.deepEqual([material, items.map(({ item, kind, material }) => [item, kind, material])], [true, [['analytics', 'changed', true]]]);
  const france = people.find(({ laws }) => laws.includes('FR'));
  assert.deepEqual([france.asked, france.stopped], [[{ item: 'analytics', reason: 'NEW_RECIPIENT' }], ['analytics']]);
  for (const { laws } of people) assert.equal(new Set(laws).size, laws.length, 'a law is named once');
});

test('a diff looks at the laws of a moment: Britain exempts statistics from 5 February 2026 (PECR Sch. A1)', (t) => {
  const it = owner(t, statistics());
  it.write(changed(statistics(), (policy) => (policy.purposes[0].method = 'by another method')), 'new.json');
  const asked = (at) => data(it.run('diff', 'policy.json', 'new.json', '--at', at, '--json'), 3).people.filter(({ asked }) => asked.length).flatMap(({ laws }) => laws);
  const [before, after] = [asked('2026-02-04T12:00:00Z'), asked('2026-02-05T12:00:00Z')];
  assert.deepEqual([before.includes('GB'), after.includes('GB'), after.includes('DE'), after.includes('FR')], [true, false, true, false]);
});

test('a new aim, ground and transfer are told in words', (t) => {
  const { code, stdout } = compared(t, (policy) => {
    Object.assign(policy.purposes[1], { kinds: ['ads_targeted'], legalBasis: 'legitimate_interest', transfers: [{ country: 'US', safeguard: 'scc' }] });
  });
  assert.equal(code, 3);
  assert.match(stdout, /raise "version" to 2 before you build/);
  assert.match(stdout, /functionality: aim: "personalisation" became "ads_targeted"/);
  assert.match(stdout, /functionality: basis: "consent" became "legitimate_interest"/);
  assert.match(stdout, /functionality: transfer to US is new/);
});

test('a new version of a document is asked of everybody with an account', (t) => {
  const terms = (version) => ({ ...shop(), documents: [{ id: 'terms', version, url: '/terms', effective: '2027-01-01' }] });
  const it = owner(t, terms('1'));
  it.write(terms('2'), 'new.json');
  const { code, stdout } = it.run('diff', 'policy.json', 'new.json', ...AT);
  assert.equal(code, 3);
  assert.match(stdout, /terms: version "1" became "2", which applies from 2027-01-01: everybody with an account is asked to accept it/);
  const { people, items, documents } = data(it.run('diff', 'policy.json', 'new.json', ...AT, '--json'), 3);
  assert.deepEqual([people, items, documents], [[], [], [{ document: 'terms', was: '1', now: '2', from: '2027-01-01', grace: null }]], 'it is no consent');
});

test('two policies that are none of one site, or not valid, are refused by their names', (t) => {
  const it = owner(t);
  it.write(changed(shop(), (policy) => (policy.site = 'other.example')), 'foreign.json');
  it.write(changed(shop(), (policy) => (policy.purposes[1].colour = 'red')), 'wrong.json');
  refused(it.run('diff', 'policy.json', 'foreign.json'), /^foreign\.json: site: .*other\.example.*haldenmoor\.example.*\[FOREIGN_SITE\]/);
  refused(it.run('diff', 'wrong.json', 'policy.json'), /^wrong\.json: purposes\[1\]\.colour: .*\[POLICY_INVALID\]/);
  refused(it.run('diff', 'policy.json', 'wrong.json'), /^wrong\.json: purposes\[1\]\.colour: .*\[POLICY_INVALID\]/);
  refused(it.run('diff', 'none.json', 'policy.json'), /^none\.json: .*ENOENT/);
  refused(it.run('diff', 'policy.json', 'none.json'), /^none\.json: .*ENOENT/);
  const same = it.run('diff', 'policy.json', 'policy.json');
  assert.deepEqual([same.code, same.stdout], [0, 'Version 1 to version 1: nothing differs.\n']);
});

// ---- simulate ----

/** The three forms of one table. */
function simulated(it, ...args) {
  const texts = ['json', 'csv', 'md'].map((format) => {
    const { code, stdout, stderr } = it.run('simulate', 'policy.json', '--format', format, ...args);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  });
  return { table: JSON.parse(texts[0]), rows: csv(texts[1]), page: markdown(texts[2]), texts };
}

const visit = ({ visits }, law, signal = '', age = '') => visits.find((it) => it.law === law && it.signal === signal && it.age === age) ?? assert.fail(law);

test('the forms of a simulation say the same, and a second run says it again', (t) => {
  // A name may hold what separates cells, and what a spreadsheet takes for a formula.
  const odd = changed(shop(), (policy) => {
    for (const id of ['a,"b"|c', '=sum']) {
      policy.purposes.push({ id, kinds: ['stats_other'] });
      for (const texts of Object.values(policy.texts)) Object.assign(texts, { [`${id}.name`]: 'n', [`${id}.text`]: 't' });
    }
  });
  const it = owner(t, odd);
  const { table, rows, page, texts } = simulated(it, ...AT);
  const { items, visits } = table;
  assert.deepEqual(items, ['necessary', 'functionality', 'analytics', 'marketing', 'a,"b"|c', '=sum']);
  const cells = visits.flatMap(({ law, places, signal, age, prompt, links, items: states }) =>
    states.map(({ granted, control, default: state, reason, asked }, index) =>
      ({ law, places, signal, age, prompt, links: links.join(' '), item: items[index].replace(/^=/, "'="), granted: granted ? 'yes' : 'no', control, default: state, reason, asked: asked ?? '' })));
  assert.deepEqual(rows, cells);

  const [head, ...lines] = page;
  assert.deepEqual(head, ['law', 'signal', 'age', 'prompt', ...items]);
  assert.equal(lines.length, visits.length);
  const letters = { allowed: 'A', notice: 'N', optOut: 'O', optIn: 'D', separate: 'S', guardian: 'G', prohibited: 'X' };
  lines.forEach(([law, signal, age, prompt, ...states], index) => {
    const it = visits[index];
    assert.deepEqual([law.split(' ')[0], signal, age, prompt], [it.law, it.signal, it.age || 'grown-up', [it.prompt, ...it.links].join(' ')]);
    assert.deepEqual(states, it.items.map((item) => `${item.granted ? 'on' : 'off'} ${letters[item.default]} ${item.reason}${item.asked ? ' ?' : ''}`));
  });
  assert.equal(new Set(lines.map((line) => line.slice(0, 3).join('|'))).size, lines.length, 'no two rows have the same name');
  assert.equal(it.run('simulate', 'policy.json', ...AT).stdout, texts[2], 'Markdown unless another form is named');
  assert.deepEqual(simulated(it, ...AT).texts, texts);
});

test('a simulation shows who asks, who does not, and what the signal does', (t) => {
  const { table } = simulated(owner(t), ...AT);
  const states = (law, ...rest) => visit(table, law, ...rest).items.map(({ granted }) => granted);
  assert.deepEqual([visit(table, 'FR').prompt, states('FR')], ['required', [true, false, false, false]], 'LIL art. 82');
  const california = visit(table, 'US-CA');
  assert.deepEqual([california.prompt, california.links, states('US-CA')], ['link', ['opt_out'], [true, true, true, true]], 'CCPA 1798.120, .135');
  assert.deepEqual(states('US-CA', 'gpc'), [true, true, true, false], '11 CCR 7025(c)(1)');
  assert.equal(visit(table, 'US-CA', 'gpc').items[3].reason, 'SIGNAL');
  assert.deepEqual(states('US-CA', '', '13-15'), [true, true, true, false], 'CCPA 1798.120(c)');
  assert.deepEqual(states('US-CA', '', '0-12'), [true, false, false, false], 'COPPA');
  assert.equal(visit(table, 'US-CT', '', '13-17').items[3].reason, 'PROHIBITED', 'SB 1295');
  assert.deepEqual([visit(table, 'ZZ').places, visit(table, 'ZZ').prompt, states('ZZ')], ['*', 'required', [true, false, false, false]]);
  assert.ok(table.visits.every(({ items: [necessary] }) => necessary.granted && necessary.default === 'allowed'));
});

test('with "statutory_only" the signal turns ads off in the states whose statutes say so', (t) => {
  const policy = changed(shop(), (policy) => (policy.settings = { gpc: 'statutory_only' }));
  const off = (table) => table.visits.filter(({ signal, age, items }) => signal === 'gpc' && !age && items[3].reason === 'SIGNAL').map(({ law }) => law);
  const it = owner(t, policy);
  const states = ['CA', 'CO', 'CT', 'DE', 'MD', 'MN', 'MT', 'NE', 'NH', 'NJ', 'OR', 'TX'].map((state) => `US-${state}`);
  assert.deepEqual([...new Set(off(simulated(it, ...AT).table))].filter((law) => law !== 'US').sort(), states);
  // Louisiana, Act 502: from midnight in Chicago's time.
  const louisiana = (at) => simulated(it, '--at', at).table.visits.some(({ law }) => law === 'US-LA');
  assert.deepEqual([louisiana('2027-01-01T05:59:59Z'), louisiana('2027-01-01T06:00:00Z')], [false, true]);
  assert.ok(off(simulated(it, '--at', '2027-01-01T06:00:00Z').table).includes('US-LA'));
});

test('explain names the terms that wait, and until when all of it holds', (t) => {
  const terms = { id: 'terms', version: '2027-03', url: '/terms', effective: '2027-03-01', grace: 'P1M' };
  const it = owner(t, changed(shop(), (policy) => (policy.documents = [terms])));
  const { all } = explained(it, 'necessary', '--region', 'US-CA', '--account', 'a1', ...AT);
  assert.deepEqual(all.documents.map(({ id, state, effective, graceUntil }) => [id, state, effective, graceUntil]), [['terms', 'required', Date.UTC(2027, 2, 1), Date.UTC(2027, 3, 1)]]);
  assert.match(all.text, /Document terms, version 2027-03: to be accepted now\./);
  assert.match(it.run('explain', 'policy.json', '--region', 'US-CA', ...AT).stdout, /Document terms, version 2027-03: nobody is signed in/);
  assert.match(all.text, /Valid until 2027-05-23 12:00 UTC: nothing changes by itself before\./);
});
