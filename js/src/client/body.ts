/** The text of an answer; nothing when it has more bytes than `most`: the rest is not received. Throws when it breaks off. */
export async function readText({ body }: Response, most: number): Promise<string | undefined> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ; ) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) return text + decoder.decode();
    if ((bytes += value.length) > most) break;
    text += decoder.decode(value, { stream: true });
  }
  void reader?.cancel().catch(() => {});
  return undefined;
}
