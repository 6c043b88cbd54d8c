/** Values as they may stand in a script of iPXE, which has no quotes and no escapes: what would be more than a value is refused. */

/** Words that end a command, see `command_terminator()` of iPXE. */
const TERMINATORS = new Set([';', '&&', '||']);

/** Words for a command's line; throws a `TypeError` where iPXE would expand them, or read more than words. */
export function words(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text) || text.includes('${')) throw new TypeError('not for a script of iPXE');
  const parts = text.split(' ').filter(Boolean);
  if (parts.some((part) => TERMINATORS.has(part))) throw new TypeError('ends a command of iPXE');
  return parts.join(' ');
}

/** Text to be shown on a machine's console: plain ASCII, of which nothing is read. */
export function shown(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{Mn}/gu, '');
  return plain.replace(/[^A-Za-z0-9 .,:@/()_+-]/g, '?').slice(0, 160);
}
