/** Which blocks are taken, with the limits of docs.slack.dev/reference/block-kit; the messages are the fake's. */
import { Refusal } from './refusal.ts';

/** A block or a part of one; its fields are looked at only here and in `reading.ts`. */
export type Block = { type: string; [field: string]: unknown };

const BLOCKS = 50;
const ID = 255;
/** Characters of all blocks together: nowhere documented, reported as some 13,200 (github.com/slackapi/bolt-js/issues/2509). */
const ALTOGETHER = 13_200;
const RICH = ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote'];
const INLINE = ['text', 'link', 'user', 'channel', 'usergroup', 'emoji', 'broadcast', 'date', 'color'];

/** The blocks with the ids that Slack gives to those without. Limit: of the elements only buttons; no inputs, tables or videos. */
export function checkedBlocks(given: unknown): Block[] {
  if (!Array.isArray(given)) throw new Refusal('invalid_blocks_format');
  if (given.length > BLOCKS) bad(`no more than ${BLOCKS} items allowed`, '/blocks');
  const ids = new Set<string>();
  const blocks = given.map((block, index) => {
    const path = `/blocks/${index}`;
    (CHECKS[block?.type] ?? (() => bad(`unsupported type: ${block?.type}`, path)))(block, path);
    const id = String(block.block_id ?? `b${index}`);
    if (id.length > ID || ids.has(id)) bad('block_id is too long or not unique', path);
    ids.add(id);
    return { ...block, block_id: id };
  });
  if (characters(blocks) > ALTOGETHER) throw new Refusal('msg_blocks_too_long');
  return blocks;
}

const CHECKS: Record<string, (block: Block, path: string) => void> = {
  divider() {},
  header: (block, path) => textObject(block.text, `${path}/text`, 150, ['plain_text']),
  markdown: (block, path) => string(block.text, `${path}/text`, 12_000),
  image(block, path) {
    string(block.image_url, `${path}/image_url`, 3000);
    string(block.alt_text, `${path}/alt_text`, 2000);
  },
  section(block, path) {
    if (block.text === undefined && block.fields === undefined) bad('text or fields are missing', path);
    if (block.text !== undefined) textObject(block.text, `${path}/text`, 3000);
    if (block.fields !== undefined) {
      for (const [field, inner] of list(block.fields, `${path}/fields`, 10)) textObject(field, inner, 2000);
    }
    if (block.accessory !== undefined) button(block.accessory as Block, `${path}/accessory`);
  },
  context(block, path) {
    for (const [element, inner] of list(block.elements, `${path}/elements`, 10)) {
      if (element.type === 'image') CHECKS.image?.(element, inner);
      else textObject(element, inner, 3000);
    }
  },
  actions(block, path) {
    const buttons = list(block.elements, `${path}/elements`, 25);
    for (const [element, inner] of buttons) button(element, inner);
    const ids = buttons.map(([{ action_id }]) => action_id).filter((id) => id !== undefined);
    if (new Set(ids).size < ids.length) bad('action_id is not unique', path);
  },
  rich_text(block, path) {
    for (const [part, inner] of list(block.elements, `${path}/elements`)) richPart(part, inner);
  },
};

function richPart(part: Block, path: string): void {
  if (!RICH.includes(part.type)) bad(`unsupported type: ${part.type}`, path);
  for (const [element, inner] of list(part.elements, `${path}/elements`)) {
    if (part.type === 'rich_text_list') richPart(element, inner);
    else if (!INLINE.includes(element.type)) bad(`unsupported type: ${element.type}`, inner);
    if (element.type === 'text') string(element.text, `${inner}/text`);
    if (element.type === 'link') string(element.url, `${inner}/url`, 3000);
  }
}

function button(element: Block, path: string): void {
  if (element?.type !== 'button') bad(`unsupported type: ${element?.type}`, path);
  textObject(element.text, `${path}/text`, 75, ['plain_text']);
  if (element.action_id !== undefined) string(element.action_id, `${path}/action_id`, ID);
  if (element.value !== undefined) string(element.value, `${path}/value`, 2000);
  if (element.url !== undefined) string(element.url, `${path}/url`, 3000);
  if (element.style !== undefined && !['primary', 'danger'].includes(String(element.style)))
    bad('unknown style', path);
}

function textObject(given: unknown, path: string, most: number, types = ['plain_text', 'mrkdwn']): void {
  const { type, text } = (given ?? {}) as Partial<Block>;
  if (!types.includes(String(type))) bad(`must be of type ${types.join(' or ')}`, path);
  string(text, `${path}/text`, most);
}

function string(value: unknown, path: string, most = Number.POSITIVE_INFINITY): void {
  if (typeof value !== 'string' || value === '') bad('must be a string of more than 0 characters', path);
  if (String(value).length > most) bad(`must be less than ${most + 1} characters`, path);
}

/** The items of a list, each with its path. */
function list(value: unknown, path: string, most = Number.POSITIVE_INFINITY): [Block, string][] {
  if (!Array.isArray(value) || value.length === 0) return bad('must be a list of more than 0 items', path);
  if (value.length > most) bad(`no more than ${most} items allowed`, path);
  return value.map((item, at) => [item ?? {}, `${path}/${at}`]);
}

function bad(why: string, path: string): never {
  throw new Refusal('invalid_blocks', `[ERROR] ${why} [json-pointer:${path}]`);
}

/** Characters of every `text` in it. */
function characters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + characters(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const { text } = value as Partial<Block>;
  return (typeof text === 'string' ? text.length : 0) + characters(Object.values(value));
}
