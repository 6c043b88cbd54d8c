/** What Finnish does to words around counts, lists and places. Names are never inflected: a word in front of them is. */

/** `1 palvelin`, `3 palvelinta`: after any other number than one a thing is in the singular partitive. */
export const count = (amount: number, one: string, many: string): string =>
  `${amount} ${amount === 1 ? one : many}`;

/** `a`, `a ja b`, `a, b ja c`. */
export const all = (words: readonly string[]): string => joined(words, 'ja');

/** `a`, `a tai b`, `a, b tai c`. */
export const either = (words: readonly string[]): string => joined(words, 'tai');

/** `palvelimella web-1`, `palvelimilla web-1, web-2`. */
export const onHosts = (hosts: readonly string[]): string =>
  `${hosts.length === 1 ? 'palvelimella' : 'palvelimilla'} ${hosts.join(', ')}`;

/** `palvelimelle web-1`, `palvelimille web-1, web-2`. */
export const toHosts = (hosts: readonly string[]): string =>
  `${hosts.length === 1 ? 'palvelimelle' : 'palvelimille'} ${hosts.join(', ')}`;

/** `, tarkoititko shop?`, as a sentence's end; nothing where nothing is near. */
export const meant = (near: unknown): string => (near ? ` (tarkoititko ${near}?)` : '');

const joined = (words: readonly string[], last: string): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`;
