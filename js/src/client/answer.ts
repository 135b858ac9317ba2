/** What a server answers, as far as anybody wants to hear it. */

/** An answer names at most 50 records: a few KiB. Whatever is longer is none of ours. */
const MOST_BYTES = 256 * 1024;

/** The JSON of an answer, or null: it is none, it breaks off, or it is too long. What follows is not loaded. */
export async function readJson(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  try {
    const text = new TextDecoder('utf-8', { fatal: true });
    let all = '';
    for (let bytes = 0; ; ) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) return JSON.parse(all + text.decode());
      if ((bytes += value.length) > MOST_BYTES) return null;
      all += text.decode(value, { stream: true });
    }
  } catch {
    return null;
  } finally {
    // Of no effect on what has been read to its end.
    void reader?.cancel().catch(() => {});
  }
}
