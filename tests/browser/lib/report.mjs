// What the output of one test process says.

const SUMMARY = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/;

/**
 * Reads the output of node's `spec` reporter: `{ pass, fail, skipped, lines, again }`, where `lines` are those worth
 * showing and `again` those about second attempts. `code` is what the process ended with; one that ends badly without a
 * failed test, or without having said how many there were, has failed once.
 */
export function read(output, code) {
  const counted = {};
  const lines = [];
  for (const line of output.trimEnd().split('\n')) {
    const [, word, number] = SUMMARY.exec(line) ?? [];
    if (word) counted[word] = Number(number);
    else lines.push(line);
  }
  const { pass = 0, skipped = 0, cancelled = 0 } = counted;
  const fail = (counted.fail ?? 0) + cancelled;
  const broken = fail === 0 && (code !== 0 || counted.tests === undefined);
  const again = lines.filter((line) => /second attempt of/.test(line)).map((line) => line.replace(/^.*?(?=second attempt)/, ''));
  return { pass, skipped, fail: broken ? 1 : fail, lines, again };
}
