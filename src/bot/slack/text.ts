/** Lines as Slack takes them: rich text, in which nothing is parsed, and what people write as plain text again. */
import { cut, fit } from '../cards/fit.ts';
import type { Button } from '../platform.ts';

/** The most characters of a message that Slack shows whole; it truncates far beyond, and sections end at 3,000. */
export const MAX_TEXT = 3_000;

/** The most characters of it in a notification. */
const MAX_NOTICE = 300;

/** The most characters of a button's label and line, and buttons of a message (docs.slack.dev, block elements). */
const MAX_LABEL = 75;
const MAX_VALUE = 2_000;
const MAX_BUTTONS = 25;

interface TextElement {
  type: 'text';
  text: string;
  style?: { bold?: boolean; code?: boolean };
}

/** A message: `text` is for notifications, `blocks` is what is seen. */
export function format(lines: readonly string[], buttons: readonly Button[] = []) {
  const fitting = fit(lines, MAX_TEXT);
  const elements = fitting.flatMap((line, index): TextElement[] => {
    const end = index === fitting.length - 1 ? '' : '\n';
    if (index === 0 && fitting.length > 1 && line !== '')
      return [{ type: 'text', text: line, style: { bold: true } }, ...text(end)];
    if (line.startsWith('> ') && line.length > 2)
      return [...text('> '), { type: 'text', text: line.slice(2), style: { code: true } }, ...text(end)];
    return text(`${line}${end}`);
  });
  const said = {
    type: 'rich_text' as const,
    elements: [{ type: 'rich_text_section' as const, elements }],
  };
  const blocks: [typeof said, ...ReturnType<typeof actions>] = [said, ...actions(buttons)];
  return { text: escaped(cut(fitting[0] as string, MAX_NOTICE)), blocks };
}

/** The most bytes of a message's text alone; Slack refuses more where it is changed. */
const MAX_BYTES = 4_000;

/** A message without its looks and buttons: the same words as text alone. */
export function unadorned({ blocks: [said] }: ReturnType<typeof format>): { text: string } {
  const words = said.elements.flatMap(({ elements }) => elements.map(({ text }) => text)).join('');
  let text = escaped(words);
  for (let most = words.length; Buffer.byteLength(text) > MAX_BYTES; text = escaped(cut(words, most)))
    most = Math.floor(most * 0.9);
  return { text };
}

/** Buttons as Slack takes them; one whose line is too long for it is left out. */
function actions(buttons: readonly Button[]) {
  const fitting = buttons.filter(({ line }) => line.length <= MAX_VALUE).slice(0, MAX_BUTTONS);
  if (fitting.length === 0) return [];
  const elements = fitting.map(({ label, line }, index) => ({
    type: 'button' as const,
    action_id: `line-${index}`,
    text: { type: 'plain_text' as const, text: cut(label, MAX_LABEL) },
    value: line,
  }));
  return [{ type: 'actions' as const, elements }];
}

const text = (words: string): TextElement[] => (words === '' ? [] : [{ type: 'text', text: words }]);

/** The three characters that mean something in Slack's text (docs.slack.dev, formatting message text). */
export const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What a person typed: links, mentions and channels as they look, and the three characters as themselves. */
export const plain = (words: string): string =>
  words
    .replace(/<([^<>|]*)\|([^<>]*)>/g, '$2')
    .replace(/<([^<>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
