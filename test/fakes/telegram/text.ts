/** The text of a message as it will stand: cleaned, parsed, trimmed and measured. */
import type { MessageEntity } from 'grammy/types';
import { type Formatted, parseHtml } from './html.ts';
import { parseMarkdown } from './markdown.ts';
import type { Params } from './params.ts';
import { bad, unparsable } from './refusal.ts';

/** UTF-16 code units after parsing (core.telegram.org/bots/api#sendmessage). */
export const TEXT_UNITS = 4096;
/** UTF-16 code units after parsing (core.telegram.org/bots/api#senddocument). */
export const CAPTION_UNITS = 1024;
/** More of them are dropped silently (limits.tginfo.me). */
const ENTITIES = 100;

/** The parameter `name` with its `parse_mode`, or with entities given apart. Limit: the legacy mode `Markdown` is refused. */
export function formattedText(params: Params, name: string, given: string): Formatted {
  const source = clean(params.text(name));
  const mode = params.text('parse_mode').toLowerCase();
  if (mode === 'html') return settle(parseHtml(source));
  if (mode === 'markdownv2') return settle(parseMarkdown(source));
  if (mode !== '' && mode !== 'none') throw bad('unsupported parse_mode');
  const entities = (params.json(given) ?? []) as MessageEntity[];
  for (const { offset, length } of entities) {
    if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0) {
      throw bad('can\'t parse MessageEntity: Field "offset" must be of type Number');
    }
    if (length <= 0 || offset + length > source.length) {
      throw unparsable(`entity beginning at UTF-16 offset ${offset} ends after the end of the text`);
    }
  }
  return settle({ text: source, entities });
}

/** As `clean_input_string` of tdlib: control characters become spaces, carriage returns go. */
function clean(text: string): string {
  return text.replaceAll('\r', '').replaceAll(/[\0-\x09\x0b-\x1f]/g, ' ');
}

/** Trims both ends and puts the entities in order: by place, the longer one first. */
function settle({ text, entities }: Formatted): Formatted {
  const trimmed = text.trim();
  const cut = text.length - text.trimStart().length;
  const kept = entities.flatMap((entity) => {
    const begin = Math.max(entity.offset - cut, 0);
    const end = Math.min(entity.offset + entity.length - cut, trimmed.length);
    return end > begin ? [{ ...entity, offset: begin, length: end - begin }] : [];
  });
  kept.sort((one, other) => one.offset - other.offset || other.length - one.length);
  return { text: trimmed, entities: kept.slice(0, ENTITIES) };
}
