/** What a server answers, as far as anybody wants to hear it. */

/** An answer names at most 50 records: a few KiB. Whatever is longer is none of ours. */
const MOST_BYTES = 256 * 1024;

/** The JSON of an answer, or null: it is none, it breaks off, or it is too long. */
export async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse((await readText(response, MOST_BYTES)) ?? 'null');
  } catch {
    return null;
  }
}

/** The text of an answer; nothing when it has more than `most` bytes: what follows is not loaded. Throws when it breaks off. */
export async function readText({ body }: Response, most: number): Promise<string | undefined> {
  const reader = body?.getReader();
  const text = new TextDecoder('utf-8', { fatal: true });
  let all = '';
  try {
    for (let bytes = 0; ; ) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) return all + text.decode();
      if ((bytes += value.length) > most) return undefined;
      all += text.decode(value, { stream: true });
    }
  } finally {
    // Of no effect on what has been read to its end.
    void reader?.cancel().catch(() => {});
  }
}
