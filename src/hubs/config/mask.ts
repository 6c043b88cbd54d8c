/** Secrets out of sight: their names stand in their place, also in a text that others have changed. */

/** What stands for a secret in what people see. */
export const maskOf = (name: string): string => `[masked:${name}]`;

const MASK = /\[masked:[^\]\s]+\]/;

/**
 * A text in which each line that is like a masked one but for its secrets is that line; `masked` are texts with masks. For a file
 * that was changed by hand, where it cannot be known which of its words was a secret.
 */
export function maskLike(text: string, masked: readonly string[]): string {
  const known = new Map<string, string[]>();
  for (const line of masked.flatMap((one) => one.split('\n')))
    if (MASK.test(line) && !known.has(line)) known.set(line, line.split(new RegExp(MASK, 'g')).map(trimmed));
  const like = [...known];
  return text
    .split('\n')
    .map((line) => like.find(([, parts]) => holds(line.trim(), parts))?.[0] ?? line)
    .join('\n');
}

const trimmed = (part: string): string => part.trim();

/** Whether a line is these parts with anything between them; each is looked for once, however long the line is. */
function holds(line: string, parts: readonly string[]): boolean {
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (line.length < first.length + last.length || !line.startsWith(first) || !line.endsWith(last))
    return false;
  const end = line.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = line.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
