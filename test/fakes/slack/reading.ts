/** What people see of a message, and what it does to them. */
import type { Block } from './blocks.ts';
import { type Markup, markupOf, read } from './text.ts';

/** What a message's text and blocks do together. */
export function markupIn(text: string, blocks: Block[]): Markup {
  const all = [markupOf(text), ...blocks.map(markupOfBlock)];
  return {
    mentions: all.flatMap(({ mentions }) => mentions),
    links: all.flatMap(({ links }) => links),
    strays: all.flatMap(({ strays }) => strays),
  };
}

/** What people read: the blocks, a line each, or the text where there are none; the buttons are not told. */
export function readingOf(text: string, blocks: Block[]): string {
  if (blocks.length === 0) return read(text);
  return blocks
    .map((block) => wordsOf(block.type === 'actions' ? [] : block))
    .filter((words) => words !== '')
    .join('\n');
}

/** The buttons under a message, in their order. */
export function buttonsOf(blocks: Block[]): (Block & { block_id: string })[] {
  return blocks.flatMap(({ block_id, elements, accessory }) =>
    ([...((elements as Block[]) ?? []), ...(accessory ? [accessory as Block] : [])] as Block[])
      .filter(({ type }) => type === 'button')
      .map((button) => ({ ...button, block_id: String(block_id) })),
  );
}

/** Rich text mentions and links by its elements only; other blocks by the text objects that are `mrkdwn`. */
function markupOfBlock(block: Block): Markup {
  const found: Markup = { mentions: [], links: [], strays: [] };
  for (const part of partsOf(block)) {
    if (part.type === 'user') found.mentions.push(`@${part.user_id}`);
    if (part.type === 'usergroup') found.mentions.push(`!subteam^${part.usergroup_id}`);
    if (part.type === 'broadcast') found.mentions.push(`!${part.range}`);
    if (part.type === 'channel') found.mentions.push(`#${part.channel_id}`);
    if (part.type === 'link')
      found.links.push({ url: String(part.url), label: String(part.text ?? part.url) });
    if (part.type !== 'mrkdwn') continue;
    const { mentions, links, strays } = markupOf(String(part.text));
    found.mentions.push(...mentions);
    found.links.push(...links);
    found.strays.push(...strays);
  }
  return found;
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join('');
  if (typeof value !== 'object' || value === null) return '';
  const part = value as Block;
  if (part.type === 'mrkdwn') return read(String(part.text));
  if (typeof part.text === 'string') return part.text;
  if (part.type === 'link') return String(part.url);
  if (part.type === 'emoji') return `:${part.name}:`;
  return wordsOf(part.text ?? part.elements ?? part.fields ?? []);
}

function* partsOf(value: unknown): Generator<Block> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Block;
  for (const inner of Object.values(value)) yield* partsOf(inner);
}
