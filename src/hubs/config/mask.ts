/** Secrets out of sight: their names stand in their place, also in a text that others have changed. */

/** What stands for a secret in what people see. */
export const maskOf = (name: string): string => `[masked:${name}]`;

const MASK = /\[masked:[^\]\s]+\]/;

/**
 * A text in which each line that is like a masked one but for its secrets is that line; `masked` are texts with masks. For a file
 * that was changed by hand, where it cannot be known which of its words was a secret.
 */
export function maskLike(text: string, masked: readonly string[]): string {
  const known = new Map<string, RegExp>();
  for (const line of masked.flatMap((one) => one.split('\n'))) {
    if (!MASK.test(line) || known.has(line)) continue;
    const parts = line
      .split(new RegExp(MASK, 'g'))
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    known.set(line, new RegExp(`^\\s*${parts.map((part) => part.trim()).join('.*')}\\s*$`));
  }
  const like = [...known];
  return text
    .split('\n')
    .map((line) => like.find(([, expression]) => expression.test(line))?.[0] ?? line)
    .join('\n');
}
