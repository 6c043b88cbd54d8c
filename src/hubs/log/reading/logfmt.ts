/** Lines of `key=value key="another value"`. */

const LONGEST_KEY = 64;
const MOST = 200;

/** The pairs of a line that is made of them, two at least; undefined where it is anything else. */
export function logfmtOf(text: string): Record<string, string> | undefined {
  const fields: Record<string, string> = {};
  let [at, count, words] = [0, 0, 0];
  while (at < text.length) {
    if (text.charCodeAt(at) <= 0x20) {
      at += 1;
      continue;
    }
    const end = keyEnd(text, at);
    if (end === undefined) {
      // A word on its own; a sentence is no logfmt.
      words += 1;
      if (count === 0 || words > 3) return undefined;
      at = wordEnd(text, at);
      continue;
    }
    const [value, next] = text.charCodeAt(end + 1) === 0x22 ? quoted(text, end + 1) : plain(text, end + 1);
    if (count < MOST) define(fields, text.slice(at, end), value);
    count += 1;
    at = next;
  }
  return count >= 2 ? fields : undefined;
}

/** Any name, also one that means something to JavaScript. */
function define(fields: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Where the key that begins at a place ends, which is at its `=`. */
function keyEnd(text: string, from: number): number | undefined {
  for (let at = from; at < text.length && at <= from + LONGEST_KEY; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3d) return at > from ? at : undefined;
    if (code <= 0x20 || code === 0x22) return undefined;
  }
  return undefined;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > 0x20) at += 1;
  return at;
}

function plain(text: string, from: number): [value: string, next: number] {
  const end = wordEnd(text, from);
  return [text.slice(from, end), end];
}

function quoted(text: string, from: number): [value: string, next: number] {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  const inner = text.slice(from + 1, at);
  return [inner.includes('\\') ? inner.replaceAll('\\"', '"').replaceAll('\\\\', '\\') : inner, at + 1];
}
