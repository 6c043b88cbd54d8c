/** Which of two versions of a Debian package is newer; see deb-version(7), "Sorting algorithm". */

/** Below zero where `a` is older than `b`, above where it is newer, zero where dpkg makes no difference between them. */
export function byDebianVersion(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  return (
    Number(one.epoch) - Number(other.epoch) ||
    byPart(one.upstream, other.upstream) ||
    byPart(one.revision, other.revision)
  );
}

/** `EPOCH:UPSTREAM-REVISION`: only the first colon and the last dash part them. */
function partsOf(version: string): { epoch: string; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, upstream: rest, revision: '' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Compares stretches without and with digits in turn. */
function byPart(a: string, b: string): number {
  let [x, y] = [a, b];
  while (x !== '' || y !== '') {
    const [wordX = '', wordY = ''] = [/^\D*/.exec(x)?.[0], /^\D*/.exec(y)?.[0]];
    const words = byWord(wordX, wordY);
    if (words !== 0) return words;
    [x, y] = [x.slice(wordX.length), y.slice(wordY.length)];
    const [digitsX = '', digitsY = ''] = [/^\d*/.exec(x)?.[0], /^\d*/.exec(y)?.[0]];
    const numbers = byNumber(digitsX, digitsY);
    if (numbers !== 0) return numbers;
    [x, y] = [x.slice(digitsX.length), y.slice(digitsY.length)];
  }
  return 0;
}

/** A tilde sorts before everything, even the end; letters before all else. */
function byWord(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function weight(letter: string | undefined): number {
  if (letter === undefined) return 0;
  if (letter === '~') return -1;
  return /[A-Za-z]/.test(letter) ? letter.charCodeAt(0) : letter.charCodeAt(0) + 256;
}

/** Numbers of any length: dates and hashes in versions are longer than what a float holds. */
function byNumber(a: string, b: string): number {
  const [one, other] = [a, b].map((digits) => digits.replace(/^0+/, '')) as [string, string];
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
