/** `parse_mode: MarkdownV2` (core.telegram.org/bots/api#markdownv2-style), refusing as `parse_markdown_v2` of github.com/tdlib/td does. */
import type { MessageEntity } from 'grammy/types';
import type { Formatted } from './html.ts';
import { checkedLink } from './link.ts';
import { unparsable } from './refusal.ts';

type Kind =
  | 'Bold'
  | 'Italic'
  | 'Underline'
  | 'Strikethrough'
  | 'Spoiler'
  | 'Code'
  | 'Pre'
  | 'PreCode'
  | 'TextUrl'
  | 'BlockQuote';

/** Longer marks first. */
const MARKS: [mark: string, kind: Kind][] = [
  ['```', 'Pre'],
  ['`', 'Code'],
  ['__', 'Underline'],
  ['_', 'Italic'],
  ['||', 'Spoiler'],
  ['*', 'Bold'],
  ['~', 'Strikethrough'],
  ['[', 'TextUrl'],
];
const ENDS: Partial<Record<Kind, string>> = Object.fromEntries([
  ...MARKS.map(([mark, kind]) => [kind, mark]),
  ['PreCode', '```'],
  ['TextUrl', ']'],
]);
const RESERVED = new Set('_*[]()~`>#+-=|{}.!');

interface Open {
  kind: Kind;
  offset: number;
  /** Where it begins in the source. */
  begin: number;
  language: string;
}

/** Limit: custom emoji (`![…](tg://emoji…)`) and expandable quotes (`**>`) are refused. */
export function parseMarkdown(source: string): Formatted {
  const entities: MessageEntity[] = [];
  const open: Open[] = [];
  let text = '';
  let at = 0;
  const bytes = (index: number) => Buffer.byteLength(source.slice(0, index));
  const unended = ({ kind, begin }: Open) =>
    unparsable(`Can't find end of ${kind} entity at byte offset ${bytes(begin)}`);
  const end = (one: Open) => {
    if (text.length > one.offset) entities.push(entity(one, text.length));
  };
  while (at < source.length) {
    const last = open.at(-1);
    const verbatim = last && ['Code', 'Pre', 'PreCode'].includes(last.kind);
    const character = source[at]!;
    const next = source[at + 1];
    const quoted = open.some(({ kind }) => kind === 'BlockQuote');
    if (character === '\\' && next !== undefined && next > '\0' && next <= '~') {
      text += next;
      at += 2;
    } else if (last && ENDS[last.kind] && endsHere(source, at, last.kind)) {
      open.pop();
      at += ENDS[last.kind]!.length;
      if (last.kind === 'TextUrl') {
        let address = text.slice(last.offset);
        if (source[at] === '(') [address, at] = url(source, at + 1, bytes);
        const place = { offset: last.offset, length: text.length - last.offset };
        if (place.length > 0) entities.push(...checkedLink(address, place));
      } else end(last);
    } else if (verbatim && character !== '`') {
      text += character;
      at += 1;
    } else if (character === '\n' && quoted) {
      at += 1;
      if (source[at] === '>') at += 1;
      else {
        if (last?.kind !== 'BlockQuote') throw unended(last!);
        end(open.pop()!);
      }
      text += '\n';
    } else if (character === '>' && (at === 0 || source[at - 1] === '\n') && !quoted) {
      open.push({ kind: 'BlockQuote', offset: text.length, begin: at, language: '' });
      at += 1;
    } else if (!RESERVED.has(character)) {
      text += character;
      at += 1;
    } else {
      const [mark, kind] = MARKS.find(([mark]) => source.startsWith(mark, at)) ?? [];
      if (mark === undefined || kind === undefined || verbatim) {
        throw unparsable(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
      }
      const one: Open = { kind, offset: text.length, begin: at, language: '' };
      at += mark.length;
      if (kind === 'Pre') {
        const [language = ''] = /^[^\s`]+(?=\s)/.exec(source.slice(at)) ?? [];
        if (language) Object.assign(one, { kind: 'PreCode', language });
        at +=
          language.length + (/^(\r\n|\n\r|\n|\r)?/.exec(source.slice(at + language.length))?.[0].length ?? 0);
      }
      open.push(one);
    }
  }
  if (open.at(-1)?.kind === 'BlockQuote') end(open.pop()!);
  const unclosed = open.at(-1);
  if (unclosed) throw unended(unclosed);
  return { text, entities };
}

function endsHere(source: string, at: number, kind: Kind): boolean {
  if (kind === 'Italic') return source[at] === '_' && source[at + 1] !== '_';
  return source.startsWith(ENDS[kind]!, at);
}

function url(
  source: string,
  begin: number,
  bytes: (index: number) => number,
): [address: string, after: number] {
  let address = '';
  let at = begin;
  while (at < source.length && source[at] !== ')') {
    if (source[at] === '\\') at += 1;
    address += source[at] ?? '';
    at += 1;
  }
  if (source[at] !== ')') throw unparsable(`Can't find end of a URL at byte offset ${bytes(begin)}`);
  return [address, at + 1];
}

function entity({ kind, offset, language }: Open, until: number): MessageEntity {
  const place = { offset, length: until - offset };
  if (kind === 'PreCode') return { type: 'pre', ...place, language };
  return { type: kind.toLowerCase() as 'bold', ...place };
}
