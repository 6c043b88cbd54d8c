/** `parse_mode: HTML` (core.telegram.org/bots/api#html-style), refusing as `parse_html` of github.com/tdlib/td does. */
import type { MessageEntity } from 'grammy/types';
import { checkedLink } from './link.ts';
import { unparsable } from './refusal.ts';

/** Text without its marks, and what the marks were. */
export interface Formatted {
  text: string;
  entities: MessageEntity[];
}

type Plain = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler';

const PLAIN: Record<string, Plain> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
};
const TAGS = new Set([...Object.keys(PLAIN), 'a', 'code', 'pre', 'blockquote', 'tg-emoji']);
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** Code inside of `pre` carries its language until the latter closes. */
type Coded = MessageEntity.CommonMessageEntity & { language?: string };

interface Open {
  tag: string;
  argument: string;
  offset: number;
}

/** Limits: `tg-emoji` and `tg-time` give no entity; names other than lt, gt, amp and quot stay as they are, as in the real one. */
export function parseHtml(source: string): Formatted {
  let text = '';
  const entities: MessageEntity[] = [];
  const open: Open[] = [];
  let at = 0;
  while (at < source.length) {
    const where = () => `at byte offset ${Buffer.byteLength(source.slice(0, begin))}`;
    const begin = at;
    const rest = source.slice(at);
    if (source[at] === '&') {
      const [length, character] = decode(rest);
      text += character;
      at += length;
    } else if (source[at] !== '<') {
      text += source[at];
      at += 1;
    } else if (source[at + 1] === '/') {
      const last = open.pop();
      if (!last) throw unparsable(`Unexpected end tag ${where()}`);
      const [end, name = ''] = /^<\/([^\s>]*)\s*>/.exec(rest) ?? [];
      if (end === undefined) throw unparsable(`Unclosed end tag ${where()}`);
      const tag = name.toLowerCase();
      if (tag !== '' && tag !== last.tag) {
        throw unparsable(`Unmatched end tag ${where()}, expected "</${last.tag}>", found "</${tag}>"`);
      }
      if (text.length > last.offset) close(last, text, entities);
      at += end.length;
    } else {
      const [end, one] = startTag(rest, where());
      open.push({ ...one, offset: text.length });
      at += end;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsable(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  if (/\p{Surrogate}/u.test(text)) {
    throw unparsable(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    );
  }
  for (const entity of entities) if (entity.type === 'code') delete (entity as Coded).language;
  return { text, entities };
}

/** The character that `&…;` stands for, and its length in the source. */
function decode(rest: string): [length: number, character: string] {
  const [whole, hex, decimal, name] = /^&(?:#x([\da-fA-F]*)|#(\d*)|([a-zA-Z]*));?/.exec(rest) ?? [];
  if (whole === undefined) return [1, '&'];
  if (name !== undefined) return name in NAMED ? [whole.length, NAMED[name]!] : [1, '&'];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code < 0x10ffff && whole.length <= 10
    ? [whole.length, String.fromCodePoint(code)]
    : [1, '&'];
}

function startTag(rest: string, where: string): [length: number, open: Omit<Open, 'offset'>] {
  const [begin = '<', name = ''] = /^<([^\s>]*)/.exec(rest) ?? [];
  const tag = name.toLowerCase();
  if (begin.length === rest.length) throw unparsable(`Unclosed start tag ${where}`);
  if (!TAGS.has(tag)) throw unparsable(`Unsupported start tag "${tag}" ${where}`);
  let argument = '';
  let at = begin.length;
  while (true) {
    at += /^\s*/.exec(rest.slice(at))![0].length;
    if (at >= rest.length) throw unparsable(`Unclosed start tag ${where}`);
    if (rest[at] === '>') break;
    const [whole, key, equals, double, single, bare] =
      /^([^\s=>]*)\s*(=)?\s*(?:(?<==\s*)(?:"([^"]*)"|'([^']*)'|([\w.-]+)(?=[\s>])))?/.exec(rest.slice(at))!;
    if (key === '') throw unparsable(`Empty attribute name in the tag "${tag}" ${where}`);
    const value = decodeAll(double ?? single ?? bare ?? '');
    if (equals === undefined && !(tag === 'blockquote' && key === 'expandable')) {
      throw unparsable(`Expected equal sign in declaration of an attribute of the tag "${tag}" ${where}`);
    }
    if (equals !== undefined && double === undefined && single === undefined && bare === undefined) {
      throw unparsable(`Unclosed start tag "${tag}" ${where}`);
    }
    at += whole.length;
    if (tag === 'a' && key === 'href') argument = value;
    if (tag === 'code' && key === 'class' && value.startsWith('language-')) argument = value.slice(9);
    if (tag === 'span' && key === 'class') argument = value;
    if (tag === 'blockquote' && key === 'expandable') argument = 'expandable';
  }
  if (tag === 'span' && argument !== 'tg-spoiler') {
    throw unparsable(`Tag "span" must have class "tg-spoiler" ${where}`);
  }
  return [at + 1, { tag, argument }];
}

function decodeAll(value: string): string {
  let decoded = '';
  for (let at = 0; at < value.length; ) {
    const [length, character] = value[at] === '&' ? decode(value.slice(at)) : [1, value[at]!];
    decoded += character;
    at += length;
  }
  return decoded;
}

function close({ tag, argument, offset }: Open, text: string, entities: MessageEntity[]): void {
  const place = { offset, length: text.length - offset };
  const inner = entities.at(-1);
  const same = inner?.offset === place.offset && inner.length === place.length;
  const plain = PLAIN[tag];
  if (plain) entities.push({ type: plain, ...place });
  else if (tag === 'a') entities.push(...checkedLink(argument || text.slice(offset), place));
  else if (tag === 'blockquote') {
    entities.push({ type: argument ? 'expandable_blockquote' : 'blockquote', ...place });
  } else if (tag === 'pre' && same && inner.type === 'code') {
    const { language } = inner as Coded;
    entities[entities.length - 1] = { type: 'pre', ...place, ...(language && { language }) };
  } else if (tag === 'pre') entities.push({ type: 'pre', ...place });
  else if (tag === 'code' && same && inner.type === 'pre' && argument) inner.language = argument;
  else if (tag === 'code') {
    entities.push({ type: 'code', ...place, ...(argument && { language: argument }) } as MessageEntity);
  }
}
