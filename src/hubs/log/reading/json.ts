/** Lines that are JSON objects. */

/** Longer lines are text, whatever they look like. */
const LONGEST = 64 * 1024;
/** What goes deeper is text: nobody reads it as fields, and drawing it would cost. */
const DEEPEST = 20;

/** The object that a line is; undefined where it is none, or one that is too long or goes too deep. */
export function jsonOf(text: string): Record<string, unknown> | undefined {
  if (text.length > LONGEST || text.charCodeAt(0) !== 0x7b || !text.trimEnd().endsWith('}')) return undefined;
  if (isDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Whether there are more brackets than could lie in each other; counts those in strings, too, before it looks closer. */
function isDeep(text: string): boolean {
  let opened = 0;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) opened += 1;
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) opened += 1;
  return opened > DEEPEST && depthOf(text) > DEEPEST;
}

function depthOf(text: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // \ inside a string: the next one means nothing
    if (quoted && code === 0x5c) at += 1;
    else if (code === 0x22) quoted = !quoted;
    else if (quoted) continue;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}
