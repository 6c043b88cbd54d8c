/** Slack's text: three characters have a meaning, and what stands in angle brackets is a mention or a link (docs.slack.dev/messaging/formatting-message-text). */

export interface Link {
  url: string;
  /** What people see instead; the address itself where there is none. */
  label: string;
}

/** What a text does besides being read. */
export interface Markup {
  /** `@U1`, `!channel`, `!here`, `!subteam^S1`, `#C1`. */
  mentions: string[];
  /** Limit: bare addresses, which Slack links as they stand, are not told. */
  links: Link[];
  /** Places where `&`, `<` or `>` stand unescaped and mean nothing, each with what is around it. A quotation's `>` is none. */
  strays: string[];
}

const BRACKETS = /<([@#!][^<>]+|(?:https?|mailto|tel|slack|ftp):[^<>]+)>/gi;
const STRAYS = /&(?!(?:amp|lt|gt);)|<|(?<!^[ \t]*)>/gm;

export function markupOf(text: string): Markup {
  const found: Markup = { mentions: [], links: [], strays: [] };
  for (const [, inside = ''] of text.matchAll(BRACKETS)) {
    const [what = '', label] = split(inside);
    if (/^[@#!]/.test(what)) found.mentions.push(what);
    else found.links.push({ url: unescaped(what), label: unescaped(label ?? what) });
    const [, linked] = /^!date\^[^^]*\^[^^]*\^(.+)$/.exec(what) ?? [];
    if (linked) found.links.push({ url: unescaped(linked), label: unescaped(label ?? '') });
  }
  const rest = text.replace(BRACKETS, '');
  for (const { index } of rest.matchAll(STRAYS))
    found.strays.push(rest.slice(Math.max(0, index - 5), index + 6));
  return found;
}

/** What people read of a text. Limit: formats such as `*bold*` stay as they are written. */
export function read(text: string): string {
  return unescaped(
    text.replace(BRACKETS, (_, inside: string) => {
      const [what = '', label] = split(inside);
      return label ?? what.replace(/^!/, '@');
    }),
  );
}

/** What somebody typed, as Slack passes it on. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function split(inside: string): string[] {
  const bar = inside.indexOf('|');
  return bar < 0 ? [inside] : [inside.slice(0, bar), inside.slice(bar + 1)];
}
